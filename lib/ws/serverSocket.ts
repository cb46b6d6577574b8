import type { Duplex } from 'node:stream';
import { Observable, type Subscriber } from 'rxjs';
import { WebSocket } from 'ws';
import type { Socket, SocketEvent, Valve } from '../relay/index.js';
import { encodeFrame } from './frame.js';
import type { RelayWebSocket } from './relayWebSocket.js';

/** Frames of one drain that are together no larger are joined; larger ones are corked. */
const JOIN_BYTES = 65_536;

/** What a socket asks of the relay that it is one of. */
export interface SocketOwner {
  readonly maxBuffered: number;
  add(socket: ServerSocket): void;
  remove(socket: ServerSocket): void;
  /** Has the socket flushed at the end of the drain. */
  post(socket: ServerSocket): void;
}

/** The relay's Socket port over the server side of `ws`. */
export class ServerSocket implements Socket {
  readonly #ws: RelayWebSocket;
  readonly #net: Duplex;
  readonly #outbox: SocketOwner;
  #subscriber: Subscriber<SocketEvent> | undefined;
  #valve: Valve | undefined;
  /** Frames, and at the end what followed them, that wait for the valve. Undefined: reading goes on. */
  #held: SocketEvent[] | undefined;
  /** Frames of this drain that have not been written yet. */
  #pending: Buffer[] | undefined;
  #pendingBytes = 0;
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

  get buffered(): number {
    return this.#pendingBytes + this.#net.writableLength;
  }

  write(data: string | Uint8Array): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    const frame = encodeFrame(data);
    this.#pendingBytes += frame.length;
    if (this.#pending === undefined) {
      this.#pending = [frame];
      this.#outbox.post(this);
    } else this.#pending.push(frame);
  }

  /** W3: what was written before leaves before the close frame. */
  close(code: number, reason: string): void {
    this.flush();
    this.#ws.close(code, reason);
  }

  /** The client's close frame is about to be answered; what was written before is still owed to it. */
  closing(code: number, reason: string): void {
    this.flush();
    this.emit({ type: 'closing', code, reason });
  }

  terminate(): void {
    this.#ws.terminate();
  }

  throttle(valve: Valve): void {
    this.#valve = valve;
  }

  resume(): void {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    // A pong may wait among what was not read: the next round asks anew.
    this.#pinged = false;
    // Handing one over may make the target busy again: the rest waits on, in order.
    held.forEach((event) => {
      this.emit(event);
    });
    if (this.#held === undefined) this.#ws.resume();
  }

  /** Hands an event over, in order; holds it while the relay is not ready for a frame. */
  emit(event: SocketEvent): void {
    if (this.#held !== undefined) {
      this.#held.push(event);
    } else if (event.type === 'frame' && this.#valve?.ready() === false) {
      this.#held = [event];
      this.#ws.pause();
    } else {
      this.#subscriber?.next(event);
    }
  }

  /** Writes the frames of the drain at once: one system call for all of them. */
  flush(): void {
    const frames = this.#pending;
    if (frames === undefined) return;
    this.#pending = undefined;
    const bytes = this.#pendingBytes;
    this.#pendingBytes = 0;
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    this.#transmit(frames, bytes);
    if (this.#net.writableLength > this.#outbox.maxBuffered && !this.#congested) {
      this.#congested = true;
      // What the server notices does not wait behind what the client has sent.
      this.#subscriber?.next({ type: 'congested' });
    }
  }

  #transmit(frames: Buffer[], bytes: number): void {
    if (frames.length === 1) this.#net.write(frames[0]);
    else if (bytes <= JOIN_BYTES) this.#net.write(Buffer.concat(frames, bytes));
    else {
      this.#net.cork();
      for (const frame of frames) this.#net.write(frame);
      this.#net.uncork();
    }
  }

  /** One round of the health check: a ping, unless the last one is still unanswered (Q1). */
  check(): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    // A held client's pong would not be read, so it is not judged by it; but a ping to one that has
    // vanished is how that is found out.
    if (this.#held !== undefined) this.#pinged = false;
    if (this.#pinged) {
      // What was to reach the client before the ping has not even left: it is stalled, not silent.
      this.emit({ type: this.buffered > 0 ? 'congested' : 'silent' });
      return;
    }
    this.#pinged = true;
    this.flush();
    this.#ws.ping();
  }

  alive(): void {
    this.#pinged = false;
  }

  /** The socket is gone: there is nobody to hold back, so what is held comes now, and this last. */
  end(code: number, reason: string): void {
    this.#outbox.remove(this);
    this.#valve = undefined;
    this.resume();
    this.emit({ type: 'closed', clean: code !== 1006, code, reason });
  }
}
