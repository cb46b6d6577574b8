import type { ObservableInput } from 'rxjs';
import type { ErrorCode } from '../../protocol/index.js';
import type { Position } from '../history/historyStore.js';
import type { Connection } from './connection.js';
import type { Joining } from './joining.js';

/** What a `join` hook may return: the answer, or a promise or an observable of it. */
export type JoinHook<Params = unknown> = (
  request: JoinRequest<Params>,
) => JoinAnswer | ObservableInput<JoinAnswer>;

/** A client asks to join a channel (B15). */
export interface JoinRequest<Params = unknown> {
  readonly channel: string;
  readonly connection: Connection;
  /** What the client has sent with it, at most 4 KiB of JSON; unchecked. */
  readonly params: Params;
  /** What the client says of itself, at most 1 KiB of JSON; unchecked. */
  readonly meta: unknown;
  /** At most 8 KiB. */
  readonly token?: string;
  /** Where the client was before it lost its connection. */
  readonly since?: Position;
}

/** A client may not join. */
export interface Refused {
  readonly refused: ErrorCode | (string & {});
  /** Default: `Not authorized for channel: <name>`. */
  readonly message?: string;
  /** Whether it may try again; default: as the code says. */
  readonly retry?: boolean;
}

/** The answer of a `join` hook. */
export type JoinAnswer = boolean | Joining | Refused;
