import type { Duplex } from 'node:stream';
import type { Overflow } from '../protocol/index.js';
import type { Counters, EventFields } from '../relay/index.js';
import type { Holder, Holders } from './holders.js';
import type { Intake } from './intake.js';
import type { Watched } from './sweep.js';

/** What all sockets of a relay share, as what goes out on one sees it. */
export interface OutgoingOwner {
  readonly maxBuffered: number;
  /** What may become of a frame that does not say so itself. */
  readonly overflow: Overflow;
  readonly holders: Pick<Holders, 'add'>;
  readonly counters: Pick<Counters, 'sent'>;
  /** Notes that there is something to be flushed at the end of the drain. */
  post(outgoing: Flushable): void;
}

/** The same, as a whole socket sees it. */
export interface SocketOwner extends OutgoingOwner {
  readonly intake: Intake;
  /** The payload that a pong must bring back. */
  readonly pingPayload: Buffer;
  /** Of the relay: each message, and its bytes. */
  readonly counters: Pick<Counters, 'received' | 'sent'>;
  add(socket: Watched): void;
  remove(socket: Watched): void;
}

/** The socket, as what goes out on it sees it. */
export interface OutgoingSocket extends Holder {
  /** Whether nothing has begun to close it. */
  readonly isOpen: boolean;
  /** A message as it is on the wire. */
  encode(data: string | Uint8Array, fields?: EventFields): Buffer;
  /** The client does not read. */
  congest(): void;
}

/** Where it goes: a connection, or an answer of HTTP on one. */
export interface OutgoingStream {
  /** The connection of an answer. */
  readonly socket?: Duplex | null;
  readonly writableLength: number;
  readonly writableNeedDrain: boolean;
  write(bytes: Uint8Array | string, done?: (error?: Error | null) => void): boolean;
  once(event: 'drain', listener: () => void): unknown;
  cork(): void;
  uncork(): void;
}

/** Has something that is to be written at the end of the drain. */
export interface Flushable {
  flush(): void;
}
