import type { ServerResponse } from 'node:http';
import type { Admission, Own, PendingHandshake, Refusal } from '../upgrade/index.js';

/** An upgrade request on its way through the application, as the relay's middleware sees it. */
export interface Mountable extends PendingHandshake {
  /** The relay that it has passed, the last one if several. */
  readonly mounted: Admission | undefined;
  /** Rows 1–3 of H2 at a relay: gives the refusal, if there is one. */
  mount(relay: Admission, own: Own): Refusal | undefined;
}

const plain = new WeakMap<ServerResponse, Admission>();

/** The relay that a plain request has passed. */
export const mountOf = (response: ServerResponse): Admission | undefined => plain.get(response);

/** Remembers that a plain request has passed a relay. */
export function setMount(response: ServerResponse, relay: Admission): void {
  plain.set(response, relay);
}
