import type { Position } from '../../channels/index.js';

/** What a client may say with a subscribe (CP13). */
export interface SubscribeFields {
  readonly params?: unknown;
  readonly meta?: unknown;
  readonly token?: string;
  /** Whether it is told who is present (PR11). */
  readonly watch?: boolean;
  /** `false`: it is not counted among them (PR1). */
  readonly present?: boolean;
  /** Where it was: `client.position(channel)` before it connected anew (CH4). */
  readonly since?: Position | undefined;
  /** How many of the last messages it wants (CH7). */
  readonly rewind?: number;
}
