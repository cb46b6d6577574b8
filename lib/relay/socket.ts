import type { Observable } from 'rxjs';

/** What a client's socket tells the relay. */
export type SocketEvent =
  /** One whole data message: text as a string, binary as bytes of its own (M9). */
  | { readonly type: 'frame'; readonly data: string | Uint8Array; readonly size: number }
  /** The client's close frame has come (1005: without a code) and is answered; `closed` follows. */
  | { readonly type: 'closing'; readonly code: number; readonly reason: string }
  /** The end, once and last. `clean`: a close frame was received, with this code (1005: none). */
  | {
      readonly type: 'closed';
      readonly clean: boolean;
      readonly code: number;
      readonly reason: string;
    }
  /** The client broke the protocol; the code says how: 1002, 1007 or 1009. `closed` follows. */
  | { readonly type: 'violation'; readonly code: 1002 | 1007 | 1009 }
  /** No pong came in time. */
  | { readonly type: 'silent' }
  /** More than `maxBuffered` bytes wait for a client that does not read. */
  | { readonly type: 'congested' };

/** Says whether a frame may be handed over now. */
export interface Valve {
  ready(): boolean;
}

/**
 * The port to a client's socket: `ws/` implements it over the `ws` library, `testing/fakeSocket` over
 * marbles. The relay knows no other socket.
 */
export interface Socket {
  /** The socket's events; one subscription, which the relay makes as soon as the socket is open. */
  readonly events$: Observable<SocketEvent>;
  /** Bytes accepted by `write` that have not left the process yet. */
  readonly buffered: number;
  /** Writes one frame, text for a string and binary for bytes; flushed at the end of the drain. */
  write(data: string | Uint8Array): void;
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
