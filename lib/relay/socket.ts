import type { Observable } from 'rxjs';
import type { SendOptions } from '../codec/index.js';
import type { Limit, Violation } from './verdict.js';

/**
 * The port to a client's socket, and all that the relay knows of it: `ws/` implements it over the `ws`
 * library, `fakeSocket` in `testing/` over marbles.
 */
export interface Socket {
  /** The socket's events. The relay subscribes once, as soon as the socket is open. */
  readonly events$: Observable<SocketEvent>;
  /** Bytes accepted by `write` that have not left the process yet. */
  readonly buffered: number;
  /** How many frames were read and wait until the valve lets them through. */
  readonly held: number;
  /** Bytes that were read and written in all, with what frames and TLS add; for who looks, where the wire knows it. */
  readonly traffic?: Traffic;
  /**
   * Takes one frame, text for a string and binary for bytes; it is flushed at the end of the drain, or waits
   * here while the client does not read. `false` if the frame is not taken, and no receipt follows: the
   * socket is closing, or the client does not read (`congested`).
   *
   * @param fields for a wire whose messages have them
   */
  write(data: string | Uint8Array, options?: SendOptions, fields?: EventFields): boolean;
  /** From now on `receipts` is told what becomes of the frames that `write` has taken. */
  track(receipts: Receipts): void;
  /** Sends a close frame after everything that was written, and waits for the client's close frame. */
  close(code: number, reason: string): void;
  /** Destroys the connection at once; the client sees 1006. */
  terminate(): void;
  /**
   * From now on `valve` is asked before each frame. While it says no, frames wait in order and the socket
   * is not read, so that TCP slows the client down (Q2).
   */
  throttle(valve: Valve): void;
  /** Asks the valve again and hands over the frames that wait, as long as it says yes. */
  resume(): void;
}

/** Bytes of one socket since it was opened. */
export interface Traffic {
  readonly read: number;
  readonly written: number;
}

/** What an event stream says of a message beside its data (SE4); nothing else has a place for it. */
export interface EventFields {
  /** Default: it is an ordinary message. */
  readonly event?: string;
  /** What the client says when it comes back. */
  readonly id?: string;
}

/** What happens on a client's socket. */
export type SocketEvent =
  /** One whole data message: text as a string, binary as a copy of its bytes (M9). */
  | { readonly type: 'frame'; readonly data: string | Uint8Array; readonly size: number }
  /**
   * The client has sent its close frame (1005: without a code), or has left without one (1006). This
   * event comes at once, even if `held` frames that the client sent before still wait; they follow, and
   * then `closed`.
   */
  | {
      readonly type: 'closing';
      readonly code: number;
      readonly reason: string;
      readonly held?: number;
    }
  /** The socket has closed. The last event, once, with the code (1005: none given; 1006: no close frame). */
  | { readonly type: 'closed'; readonly code: number; readonly reason: string }
  /** The client has broken the protocol or a limit; the code says which. `closed` follows. */
  | { readonly type: 'violation'; readonly code: Violation }
  /** The client has not answered a ping in time. */
  | { readonly type: 'silent' }
  /** The client does not read: more than `maxBuffered` bytes wait, or nothing has left for too long. */
  | { readonly type: 'congested' }
  /** All clients of the relay together hold too much, and this one most of it (Q12). */
  | { readonly type: 'evicted' }
  /** The client has sent more than its rate for the first time, and is not read for a while (Q7). */
  | { readonly type: 'limited' }
  /** What the connection has been waiting for has not come in time, or it has gone beyond its rate (Q7, Q9). */
  | { readonly type: 'exceeded'; readonly limit: Limit };

/** Is told what becomes of frames on their way out, also within `write`. */
export interface Receipts {
  /** Of each frame that is dropped, and of each with a `ref`; once, at the latest when the socket has closed. */
  settled(fate: Fate, options: SendOptions | undefined): void;
}

/**
 * `sent`: it has left (W9). `overflow`: it was dropped, because there was no room (W7). `replaced`: a newer one
 * has its key (W8). `closing`: it still waited here when the connection ended. `lost`: it was in Node's hands
 * then, and nobody knows whether it has left.
 */
export type Fate = 'sent' | 'overflow' | 'replaced' | 'closing' | 'lost';

/** Says whether a frame may be handed over now. */
export interface Valve {
  ready(): boolean;
  /** Whether there is nobody to take a frame, for as long as `rejoin` says (X9). */
  readonly isVacant?: boolean;
}
