import type { Duplex } from 'node:stream';
import { Observable, type Subscriber } from 'rxjs';
import { WebSocket } from 'ws';
import type { Socket, SocketEvent, Valve } from '../relay/index.js';
import { encodeFrame } from './encodeFrame.js';
import { HeldFrames } from './heldFrames.js';
import type { RelayWebSocket } from './relayWebSocket.js';
import { sentBytes } from './sentBytes.js';

/** The relay's Socket port over the server side of `ws`. */
export class ServerSocket implements Socket {
  readonly #ws: RelayWebSocket;
  readonly #net: Duplex;
  readonly #outbox: SocketOwner;
  #subscriber: Subscriber<SocketEvent> | undefined;
  #valve: Valve | undefined;
  /** What waits for the valve. Undefined: reading goes on. */
  #held: HeldFrames | undefined;
  /** Frames of this drain that have not been written yet. */
  #pending: Buffer[] | undefined;
  #pendingBytes = 0;
  /** The largest frame since nothing was unsent: it may be larger than `maxBuffered` by itself. */
  #largest = 0;
  /** What had been sent at the last round of the health check, if more was waiting then. */
  #sentBefore: number | undefined;
  /** Whether a ping has not been answered yet. */
  #pinged = false;
  #congested = false;

  constructor(ws: RelayWebSocket, net: Duplex, outbox: SocketOwner) {
    this.#ws = ws;
    this.#net = net;
    this.#outbox = outbox;
    ws.serve(this);
    outbox.add(this);
  }

  get events$(): Observable<SocketEvent> {
    return new Observable((subscriber) => {
      this.#subscriber = subscriber;
    });
  }

  // --- what goes out --------------------------------------------------------------------------------

  get buffered(): number {
    return this.#pendingBytes + this.#net.writableLength;
  }

  write(data: string | Uint8Array): boolean {
    if (this.#ws.readyState !== WebSocket.OPEN) return false;
    const frame = encodeFrame(data);
    const unsent = this.buffered;
    if (unsent === 0 || frame.length > this.#largest) this.#largest = frame.length;
    // One message of any size is let out, because a client cannot have read any of it yet.
    if (unsent + frame.length - this.#largest > this.#outbox.maxBuffered) {
      this.#congest();
      return false;
    }
    this.#pendingBytes += frame.length;
    if (this.#pending === undefined) {
      this.#pending = [frame];
      this.#outbox.post(this);
    } else this.#pending.push(frame);
    return true;
  }

  /** W3: what was written before leaves before the close frame. */
  close(code: number, reason: string): void {
    this.flush();
    this.#ws.close(code, reason);
  }

  terminate(): void {
    this.#ws.terminate();
  }

  /** Writes the frames of the drain at once: one system call for all of them. */
  flush(): void {
    const frames = this.#pending;
    if (frames === undefined) return;
    this.#pending = undefined;
    const bytes = this.#pendingBytes;
    this.#pendingBytes = 0;
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    if (frames.length === 1) this.#net.write(frames[0]);
    else if (bytes <= JOIN_BYTES) this.#net.write(Buffer.concat(frames, bytes));
    else {
      this.#net.cork();
      for (const frame of frames) this.#net.write(frame);
      this.#net.uncork();
    }
  }

  /** What the server notices does not wait behind what the client has sent. */
  #congest(): void {
    if (this.#congested) return;
    this.#congested = true;
    this.#subscriber?.next({ type: 'congested' });
  }

  // --- what comes in --------------------------------------------------------------------------------

  throttle(valve: Valve): void {
    this.#valve = valve;
  }

  get held(): number {
    return this.#held?.frames.size ?? 0;
  }

  /** Hands an event over; holds a frame while the relay is not ready, and the end behind such frames. */
  emit(event: SocketEvent): void {
    if (event.type !== 'frame') {
      if (this.#held === undefined || event.type !== 'closed') this.#subscriber?.next(event);
      else this.#held.closed = event;
    } else if (this.#held !== undefined) {
      this.#held.frames.push(event);
    } else if (this.#valve?.ready() === false) {
      this.#held = new HeldFrames();
      this.#held.frames.push(event);
      this.#ws.pause();
    } else {
      this.#subscriber?.next(event);
    }
  }

  resume(): void {
    const held = this.#held;
    if (held === undefined) return;
    // Handing one over may make the target busy again: the rest waits on, in order.
    while (held.frames.size > 0) {
      if (this.#valve?.ready() === false) return;
      this.#subscriber?.next(held.frames.shift());
    }
    // A frame may have brought about another `resume`, which has finished already.
    if (this.#held !== held) return;
    this.#held = undefined;
    // A pong may wait among what was not read: the next round asks anew.
    this.#pinged = false;
    if (held.closed !== undefined) this.emit(held.closed);
    this.#ws.resume();
  }

  /** The client's close frame is about to be answered; what was written before is still owed to it. */
  closing(code: number, reason: string): void {
    this.flush();
    const { held } = this;
    this.#subscriber?.next({ type: 'closing', code, reason, ...(held > 0 && { held }) });
  }

  /** The socket is gone. The relay knows at once, and gets what is held, and this last, as it has room. */
  end(code: number, reason: string): void {
    this.#outbox.remove(this);
    const { held } = this;
    if (held > 0) this.#subscriber?.next({ type: 'closing', code, reason, held });
    this.emit({ type: 'closed', code, reason });
    // Where the server had begun closing, frames are not waited for any more.
    this.resume();
  }

  // --- whether anybody is there ---------------------------------------------------------------------

  /** One round of the health check: a ping, unless the last one is still unanswered (Q1). */
  check(): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    this.flush();
    const sent = this.buffered > 0 ? sentBytes(this.#net) : undefined;
    const isStuck = sent !== undefined && sent === this.#sentBefore;
    this.#sentBefore = sent;
    // Whatever it says, it reads nothing.
    if (isStuck) return this.#congest();
    // A held client's pong would not be read; but a ping is how one that has vanished is found out.
    if (this.#held !== undefined) this.#pinged = false;
    if (!this.#pinged) {
      this.#pinged = true;
      this.#ws.ping(this.#outbox.pingPayload);
    } else if (sent === undefined) this.emit({ type: 'silent' });
    // Else the ping is still on its way, behind what the client is reading.
  }

  /** A pong: it counts only as the answer to a ping, which nobody gives who does not read. */
  alive(payload: Buffer): void {
    if (payload.equals(this.#outbox.pingPayload)) this.#pinged = false;
  }
}

/** Frames of one drain that are together no larger are joined; larger ones are corked. */
const JOIN_BYTES = 65_536;

/** What a socket asks of the relay that it is one of. */
export interface SocketOwner {
  readonly maxBuffered: number;
  /** What a pong has to bring back. */
  readonly pingPayload: Buffer;
  add(socket: ServerSocket): void;
  remove(socket: ServerSocket): void;
  /** Has the socket flushed at the end of the drain. */
  post(socket: ServerSocket): void;
}
