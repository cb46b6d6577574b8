import { type Duration, type Pid, type Topic, topic } from '../core/index.js';
import type { ChildPlace } from './childPlace.js';
import type { GivenMetadata, Metadata } from './metadata.js';

/** The topics between a connection and the processes that talk to it (§12). */
export const ws: Ws = {
  join: topic('ws.join'),
  message: topic('ws.message'),
  heartbeat: topic('ws.heartbeat'),
  leave: topic('ws.leave'),
  send: topic('ws.send'),
  sent: topic('ws.sent'),
  close: topic('ws.close'),
  control: topic('ws.control'),
};

/**
 * The same topics for connections whose metadata is known, as JSON brings it: a Date comes as a text. It is
 * the compiler's knowledge only; `RelayBehavior` has `setRelay` give what is read here.
 *
 * @example const { join, message } = wsOf<{ user: string }>();
 */
export const wsOf = <M extends GivenMetadata>(): Ws<Readonly<M>, M> =>
  ws as unknown as Ws<Readonly<M>, M>;

/** What travels under each topic: metadata is an `M` when it is read, a `Given` when it is changed. */
export interface Ws<M = Metadata, Given = GivenMetadata> {
  readonly join: Topic<Join<M>>;
  readonly message: Topic<ClientMessage<M>>;
  readonly heartbeat: Topic<Heartbeat<M>>;
  readonly leave: Topic<Leave<M>>;
  readonly send: Topic<Send>;
  readonly sent: Topic<Sent>;
  readonly close: Topic<Close>;
  readonly control: Topic<Control<Given>>;
}

/** A client has connected, or was handed over to this process (L3). */
export interface Join<M = Metadata> {
  readonly client_pid: Pid;
  readonly metadata: M;
  /** The connection was with the process in whose place this one was started (X9). */
  readonly rejoined?: true;
}

/** One data frame of the client: a string for text, a copy of its bytes for binary (L4). */
export type ClientMessage<M = Metadata> =
  | {
      readonly client_pid: Pid;
      readonly type: 'text';
      readonly data: string;
      readonly metadata: M;
    }
  | {
      readonly client_pid: Pid;
      readonly type: 'binary';
      readonly data: Uint8Array;
      readonly metadata: M;
    };

/** Says that the connection is open, every `heartbeat_interval` (L5). */
export interface Heartbeat<M = Metadata> {
  readonly client_pid: Pid;
  /** Since the 101, as text: `'1m30s'`. */
  readonly uptime: string;
  /** Since the 101, in milliseconds. */
  readonly uptime_ms: number;
  /** Data frames received since the 101. */
  readonly message_count: number;
  readonly metadata: M;
}

/** The client has left, or was handed over. Do not trust `reason`, which may be the client's text (Z5). */
export interface Leave<M = Metadata> {
  readonly client_pid: Pid;
  readonly reason: string;
  readonly metadata: M;
}

/** A frame for the client; `type` follows from the data when it is left out (W1). */
export interface Send {
  readonly type?: 'text' | 'binary';
  readonly data: string | ArrayBuffer | ArrayBufferView;
  /** What may become of it while the client does not read; default: the relay's `overflow` (W7). */
  readonly overflow?: Overflow;
  /** Replaces an unsent frame of the same key, and may be replaced itself: it means `'latest'` (W8). */
  readonly key?: string;
  /** Any value but undefined: the sender is told by `ws.sent`, once, what has become of the frame (W9). */
  readonly ack?: unknown;
}

/**
 * What may become of a frame that waits for a client (W7). `'close'`: nothing; where more waits than
 * `maxBuffered`, the client is closed with 1013. `'dropOldest'`: it is dropped, the oldest first, where there
 * is no room. `'latest'`: so it is, too, and it is replaced by the next one of its key, by default `''` (W8).
 */
export type Overflow = 'close' | 'dropOldest' | 'latest';

/** What has become of a frame that was sent with an `ack` (W9). */
export interface Sent {
  /** Whom it was for: the PID, or the name that it was sent to if nobody was there. */
  readonly client_pid: Pid;
  /** The `ack` of the frame, the very value. */
  readonly ref: unknown;
  readonly outcome: Outcome;
}

/**
 * `'sent'`: the frame has left this Node process, which is not to say that the client has read it.
 * `'dropped'`: it was dropped, replaced, refused, or has not left for certain when the connection ended.
 */
export type Outcome = 'sent' | 'dropped';

/** Closes the connection; a bare string is the reason (W4). */
export type Close = { readonly code?: number; readonly reason?: string } | string | undefined;

/** Changes the fields that are given; if one of them is wrong, nothing changes (X1, X2). */
export interface Control<M = GivenMetadata> {
  /** Hands the connection over to this process. */
  readonly target_pid?: Pid | null;
  /** Hands it over to the process of this name. */
  readonly target_name?: string | null;
  /** Hands it over to this child of a supervisor. */
  readonly target_child?: ChildPlace | null;
  /** How long it waits for a target to be started again (X9); 0: it does not. */
  readonly rejoin?: Duration | null;
  readonly message_topic?: string | null;
  readonly metadata?: M | null;
  readonly heartbeat_interval?: string | number | null;
  /** When the connection closes with 4401 (X14): milliseconds since 1970, ISO 8601 or a Date; 0: never. */
  readonly expires_at?: number | string | Date | null;
}
