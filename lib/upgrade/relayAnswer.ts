import type { RelayConfig } from '../codec/index.js';
import type { Behavior } from '../core/index.js';
import type { HandshakeResponse } from '../ws/index.js';
import type { Refusal } from './refusal.js';

export type { RelayConfig };

/** A handler's answer that asks for the relay. */
export interface RelayAnswer extends HandshakeResponse {
  /** What the relay is to do; or why that cannot be done, `detail` being for the log alone (H4). */
  readonly config: RelayConfig | (Refusal & { readonly detail: string });
  /** The behaviour to spawn, if the relay is to do so (H1). */
  readonly owned: Behavior | undefined;
}
