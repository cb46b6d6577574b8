import type { Socket } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';
import { ignore } from './ignore.js';

/**
 * The client's socket between Node, which has let go of it, and whoever gets it: whatever can happen
 * to it is for us. Listeners come only with `guard` and `watch`, because a request that is answered in the
 * very turn of its upgrade needs none.
 */
export class PendingSocket {
  readonly socket: Socket;
  /** So many bytes are kept; then reading pauses, and TCP holds the client back (H15). */
  maxEarly = MAX_EARLY;
  readonly #owner: SocketOwner;
  /** What came after the request, for the relay, and room for more; `undefined` once nobody wants it any more. */
  #early: Buffer | undefined;
  /** How many bytes of it came. */
  #size: number;
  /** Made when they are needed: most requests are answered before. */
  #listeners: Listeners | undefined;
  #timer: NodeJS.Timeout | undefined;
  #guarded = false;

  constructor(socket: Socket, head: Buffer, owner: SocketOwner) {
    this.socket = socket;
    this.#owner = owner;
    this.#early = head;
    this.#size = head.length;
    if (socket.timeout) socket.setTimeout(0);
  }

  get isWatched(): boolean {
    return this.#listeners !== undefined;
  }

  /** From here on an error of the socket, such as a reset by the client, does not end the Node process. */
  guard(): void {
    if (this.#guarded) return;
    this.#guarded = true;
    this.socket.on('error', ignore);
  }

  /**
   * From here on the client's bytes are collected, and its end is noticed, unless so many came that reading
   * pauses: then only the clock ends what the client has left.
   */
  watch(): void {
    if (this.#listeners !== undefined) return;
    this.guard();
    const { socket } = this;
    this.#listeners = {
      data: (chunk) => this.#collect(chunk),
      // Half-open sockets would stay for ever; one that has its answer is closed behind it.
      end: () => this.#early && socket.destroy(),
      close: () => this.#owner.leave(),
      timeout: () => this.#owner.onTimeout(),
    };
    for (const [event, listener] of Object.entries(this.#listeners)) socket.on(event, listener);
    this.#pauseIfFull();
  }

  /** Starts the clock, or starts it anew; 0 stops it. */
  setTimer(millis: number, onTimeout: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = millis > 0 ? setTimeout(onTimeout, millis) : undefined;
  }

  /** The request is answered otherwise: no clock, and what the client sends is read and is for nobody. */
  forget(): void {
    this.#stopTimer();
    this.#early = undefined;
    if (this.isWatched) this.socket.resume();
  }

  /** Gives the socket back as Node gave it to us; returns what has come from it. */
  release(): Buffer {
    const { socket } = this;
    const early = this.#early?.subarray(0, this.#size) ?? NOTHING;
    this.#stopTimer();
    this.#early = undefined;
    if (this.#guarded) socket.off('error', ignore);
    if (this.#listeners !== undefined) {
      for (const [event, listener] of Object.entries(this.#listeners)) socket.off(event, listener);
      // As Node does before its 'upgrade' event: the next 'data' listener starts the flow again.
      (socket as { readableFlowing: boolean | null }).readableFlowing = null;
    }
    return early;
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Copies a chunk behind the others: kept as it is, each byte of a client that sends single ones costs a hundred. */
  #collect(chunk: Buffer): void {
    if (this.#early === undefined) return;
    const size = this.#size + chunk.length;
    if (size > this.#early.length) {
      const wider = Buffer.allocUnsafe(Math.max(size, 2 * this.#size));
      this.#early.copy(wider, 0, 0, this.#size);
      this.#early = wider;
    }
    chunk.copy(this.#early, this.#size);
    this.#size = size;
    this.#pauseIfFull();
  }

  #pauseIfFull(): void {
    if (this.#early !== undefined && this.#size >= this.maxEarly) this.socket.pause();
  }
}

/** What is kept of a client before its 101, in bytes, unless a relay says otherwise. */
export const MAX_EARLY = 64 * 1024;

const NOTHING = Buffer.alloc(0);

/** Who answers the handshake of a socket. */
export interface SocketOwner {
  /** The client is gone. */
  leave(): void;
  /** The socket has been idle for as long as somebody has set it to be. */
  onTimeout(): void;
}

interface Listeners {
  readonly data: (chunk: Buffer) => void;
  readonly end: () => void;
  readonly close: () => void;
  readonly timeout: () => void;
}
