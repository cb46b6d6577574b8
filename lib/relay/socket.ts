import type { Observable } from 'rxjs';
import type { Violation } from './verdict.js';

/**
 * The port to a client's socket: `ws/` implements it over the `ws` library, `testing/fakeSocket` over
 * marbles. The relay knows no other socket.
 */
export interface Socket {
  /** The socket's events; one subscription, which the relay makes as soon as the socket is open. */
  readonly events$: Observable<SocketEvent>;
  /** Bytes accepted by `write` that have not left the process yet. */
  readonly buffered: number;
  /** Frames that were read and wait for the valve. */
  readonly held: number;
  /**
   * Writes one frame, text for a string and binary for bytes; flushed at the end of the drain. `false`:
   * it was one too many for a client that does not read, as `congested` has told.
   */
  write(data: string | Uint8Array): boolean;
  /** Sends a close frame after everything written, and waits for the client's. */
  close(code: number, reason: string): void;
  /** Destroys the connection at once; the client sees 1006. */
  terminate(): void;
  /**
   * Has `valve` asked before each frame. Once it says no, frames wait in order and reading stops, so
   * that TCP pushes back on the client, until `resume` has it asked again (Q2).
   */
  throttle(valve: Valve): void;
  resume(): void;
}

/** What a client's socket tells the relay. */
export type SocketEvent =
  /** One whole data message: text as a string, binary as bytes of its own (M9). */
  | { readonly type: 'frame'; readonly data: string | Uint8Array; readonly size: number }
  /**
   * The client's close frame has come (1005: without a code) and is answered, or the client is gone
   * without one (1006). Told at once, though `held` frames that it sent before are still to come;
   * `closed` follows them.
   */
  | {
      readonly type: 'closing';
      readonly code: number;
      readonly reason: string;
      readonly held?: number;
    }
  /** The end, once and last, with the code of the close frame (1005: without one; 1006: no frame). */
  | { readonly type: 'closed'; readonly code: number; readonly reason: string }
  /** The client broke the protocol or a limit; the code says how. `closed` follows. */
  | { readonly type: 'violation'; readonly code: Violation }
  /** No pong came in time. */
  | { readonly type: 'silent' }
  /** More than `maxBuffered` bytes wait for a client that does not read. */
  | { readonly type: 'congested' };

/** Says whether a frame may be handed over now. */
export interface Valve {
  ready(): boolean;
}
