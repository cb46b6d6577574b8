import type { Pid } from '../../core/index.js';
import type { Dialect } from '../../protocol/index.js';
import type { Connection } from '../definitions/connection.js';
import type { Joining } from '../definitions/joining.js';
import type { Session } from './session.js';

/**
 * A client whose handshake is not over: what hooks are shown of it, and what they have said. Its connection is one
 * object from the first hook to its end; its PID is filled in when it has one. It is plain data, so that what a process
 * was told of it can be written down (I6).
 */
export const newcomer = (
  { identity, metadata = {}, address = '', userAgent, protocol = 'plain' }: ClientDetails,
  id: string,
  now: number,
): Newcomer => ({
  ...{ pid: '', id, identity, metadata, connectedAt: now },
  ...{ address, userAgent, protocol },
});

/** A connection before others see it. */
export interface Newcomer extends Connection {
  pid: Pid;
  /** Frozen; another after a refresh that has given one (B32). */
  metadata: Readonly<Record<string, unknown>>;
}

/** What is known of a client. */
export interface ClientDetails {
  readonly identity?: string | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly address?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly protocol?: Dialect | undefined;
}

/** What waits for a newcomer's process. */
export interface Expected {
  readonly connection: Newcomer;
  /** The channel of its path, which it may join. */
  readonly channel: { readonly name: string; readonly joining: Joining } | undefined;
  /** Bytes of the largest message that it may send. */
  readonly payload: number;
  /** Milliseconds until its authorisation ends. */
  readonly expiresIn: number | undefined;
  /** Calls the `refresh` hook with a new token (B32). */
  readonly refresh: ((connection: Connection, token: string) => unknown) | undefined;
  /** What it had before it was handed over to another process (X3). */
  readonly session?: Session | undefined;
  /** Of a client of server-sent events only. */
  readonly stream?: Stream | undefined;
}

/** What a client of server-sent events has asked for. */
export interface Stream {
  /** That of its path, whose positions it is told (SE5). */
  readonly channel: string;
  /** The id of the last event that it has, `''` for none. */
  readonly lastId: string;
}
