import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { Counters } from '../relay/index.js';
import { encodeFrame } from './encodeFrame.js';
import { sentBytes } from './sentBytes.js';

/** What goes out on one socket: the frames of a drain are written together, and what waits is bounded. */
export class Outgoing {
  readonly #ws: WebSocket;
  readonly #net: Duplex;
  readonly #owner: OutgoingOwner;
  /** Frames of this drain that have not been written yet. */
  #pending: Buffer[] | undefined;
  #pendingBytes = 0;
  /** The largest frame since everything was sent; it alone may be larger than `maxBuffered`. */
  #largest = 0;
  /** How many bytes had been sent at the last health check, if others were waiting then. */
  #sentBefore: number | undefined;

  constructor(ws: WebSocket, net: Duplex, owner: OutgoingOwner) {
    this.#ws = ws;
    this.#net = net;
    this.#owner = owner;
  }

  /** Bytes that have not left the process yet. */
  get buffered(): number {
    return this.#pendingBytes + this.#net.writableLength;
  }

  /** Takes a frame, which is flushed at the end of the drain; `false` if it was dropped. */
  write(data: string | Uint8Array): boolean {
    if (this.#ws.readyState !== WebSocket.OPEN) return false;
    const frame = encodeFrame(data);
    const unsent = this.buffered;
    if (unsent === 0 || frame.length > this.#largest) this.#largest = frame.length;
    // The largest frame does not count, because the client had no chance yet to read any of it.
    if (unsent + frame.length - this.#largest > this.#owner.maxBuffered) {
      this.#owner.congest();
      return false;
    }
    this.#owner.counters.sent(frame.length);
    this.#pendingBytes += frame.length;
    if (this.#pending === undefined) {
      this.#pending = [frame];
      this.#owner.post(this);
    } else this.#pending.push(frame);
    return true;
  }

  /** Writes all frames of the drain together, so that one system call is enough. */
  flush(): void {
    const frames = this.#pending;
    if (frames === undefined) return;
    this.#pending = undefined;
    const bytes = this.#pendingBytes;
    this.#pendingBytes = 0;
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    if (frames.length === 1) this.#net.write(frames[0] as Buffer);
    else if (bytes <= JOIN_BYTES) this.#net.write(Buffer.concat(frames, bytes));
    else {
      this.#net.cork();
      for (const frame of frames) this.#net.write(frame);
      this.#net.uncork();
    }
  }

  /**
   * Looks at the progress since the last look: `idle` if nothing waits, `stuck` if something waits and
   * nothing has left since.
   */
  progress(): 'idle' | 'moving' | 'stuck' {
    this.flush();
    const before = this.#sentBefore;
    const sent = this.buffered > 0 ? sentBytes(this.#net) : undefined;
    this.#sentBefore = sent;
    if (sent === undefined) return 'idle';
    return sent === before ? 'stuck' : 'moving';
  }
}

/** Up to this many bytes, the frames of one drain are copied into one buffer; more are corked. */
const JOIN_BYTES = 65_536;

/** The socket, as what goes out on it sees it. */
export interface OutgoingOwner {
  readonly maxBuffered: number;
  readonly counters: Pick<Counters, 'sent'>;
  /** The client does not read. */
  congest(): void;
  /** Notes that there is something to be flushed at the end of the drain. */
  post(outgoing: Outgoing): void;
}
