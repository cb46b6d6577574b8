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
  readonly #owner: SocketOwner;
  /** What came after the request, for the relay; `undefined` once nobody wants it any more. */
  #early: Buffer[] | undefined;
  #earlySize: number;
  /** Made when they are needed: most requests are answered before. */
  #listeners: Listeners | undefined;
  #timer: NodeJS.Timeout | undefined;
  #guarded = false;

  constructor(socket: Socket, head: Buffer, owner: SocketOwner) {
    this.socket = socket;
    this.#owner = owner;
    this.#early = [head];
    this.#earlySize = head.length;
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

  /** From here on the client's bytes are collected, and its end is noticed. */
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
  }

  /** Starts the clock, or starts it anew; 0 stops it. */
  setTimer(millis: number, onTimeout: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = millis > 0 ? setTimeout(onTimeout, millis) : undefined;
  }

  /** The request is answered otherwise: no clock, and what the client sends is for nobody. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#early = undefined;
  }

  /** Gives the socket back as Node gave it to us; returns what has come from it. */
  release(): Buffer {
    const { socket } = this;
    const early = this.#early ?? [];
    this.forget();
    if (this.#guarded) socket.off('error', ignore);
    if (this.#listeners !== undefined) {
      for (const [event, listener] of Object.entries(this.#listeners)) socket.off(event, listener);
      // As Node does before its 'upgrade' event: the next 'data' listener starts the flow again.
      (socket as { readableFlowing: boolean | null }).readableFlowing = null;
    }
    return early.length === 1 ? (early[0] as Buffer) : Buffer.concat(early);
  }

  #collect(chunk: Buffer): void {
    if (this.#early === undefined) return;
    this.#early.push(chunk);
    this.#earlySize += chunk.length;
    if (this.#earlySize > MAX_EARLY) this.socket.destroy();
  }
}

/** What a client may send before its 101, in bytes; it has no business to send anything. */
const MAX_EARLY = 64 * 1024;

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
