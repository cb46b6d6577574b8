import type { Duplex } from 'node:stream';
import { Observable, type Subscriber } from 'rxjs';
import { WebSocket } from 'ws';
import type { Socket, SocketEvent, Valve } from '../relay/index.js';
import { HeldFrames } from './heldFrames.js';
import { Outgoing, type OutgoingOwner } from './outgoing.js';
import type { RelayWebSocket } from './relayWebSocket.js';

/** The relay's Socket port over the server side of `ws`. */
export class ServerSocket implements Socket, OutgoingOwner {
  readonly #ws: RelayWebSocket;
  readonly #owner: SocketOwner;
  readonly #outgoing: Outgoing;
  #subscriber: Subscriber<SocketEvent> | undefined;
  #valve: Valve | undefined;
  /** The frames that wait for the valve; `undefined` while the socket is read. */
  #held: HeldFrames | undefined;
  /** Whether the last ping has not been answered yet. */
  #pinged = false;
  #congested = false;

  constructor(ws: RelayWebSocket, net: Duplex, owner: SocketOwner) {
    this.#ws = ws;
    this.#owner = owner;
    this.#outgoing = new Outgoing(ws, net, this);
    ws.serve(this);
    owner.add(this);
  }

  get events$(): Observable<SocketEvent> {
    return new Observable((subscriber) => {
      this.#subscriber = subscriber;
    });
  }

  // --- what goes out --------------------------------------------------------------------------------

  get buffered(): number {
    return this.#outgoing.buffered;
  }

  get maxBuffered(): number {
    return this.#owner.maxBuffered;
  }

  write(data: string | Uint8Array): boolean {
    return this.#outgoing.write(data);
  }

  post(outgoing: Outgoing): void {
    this.#owner.post(outgoing);
  }

  /** Sends the close frame after the frames that were written before (W3). */
  close(code: number, reason: string): void {
    this.#outgoing.flush();
    this.#ws.close(code, reason);
  }

  terminate(): void {
    this.#ws.terminate();
  }

  /** Emits `congested` once; it does not wait behind the frames that are held. */
  congest(): void {
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

  /** Hands an event over, but holds a frame while the valve says no, and `closed` behind such frames. */
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
    // Each frame may make the target busy again; then the others wait on, in order.
    while (held.frames.size > 0) {
      if (this.#valve?.ready() === false) return;
      this.#subscriber?.next(held.frames.shift());
    }
    // A frame may have caused another `resume`, which has done the rest already.
    if (this.#held !== held) return;
    this.#held = undefined;
    // The pong may be among what was not read yet, so the next health check sends a new ping.
    this.#pinged = false;
    if (held.closed !== undefined) this.emit(held.closed);
    this.#ws.resume();
  }

  /** The client is leaving; what was written before is sent before its close frame is answered. */
  closing(code: number, reason: string): void {
    this.#outgoing.flush();
    const { held } = this;
    this.#subscriber?.next({ type: 'closing', code, reason, ...(held > 0 && { held }) });
  }

  /** The socket has closed: the relay hears it at once, and `closed` comes after the frames that are held. */
  end(code: number, reason: string): void {
    this.#owner.remove(this);
    if (this.held > 0) this.closing(code, reason);
    this.emit({ type: 'closed', code, reason });
    // If the server had begun closing, the valve is open now and the frames need not wait.
    this.resume();
  }

  // --- whether the client is there ------------------------------------------------------------------

  /** The health check of each interval: sends a ping, unless the last one is unanswered (Q1). */
  check(): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    const progress = this.#outgoing.progress();
    // Even if the client sends something, it has read nothing for an interval.
    if (progress === 'stuck') return this.congest();
    // The pong of a held client is not read, but TCP finds out by the ping whether the client has vanished.
    if (this.#held !== undefined) this.#pinged = false;
    if (!this.#pinged) {
      this.#pinged = true;
      this.#ws.ping(this.#owner.pingPayload);
    } else if (progress === 'idle') this.emit({ type: 'silent' });
    // Otherwise the ping is still unsent, behind bytes that the client is reading.
  }

  /** A pong counts only if it has our ping's payload, because a client must read to know that. */
  pong(payload: Buffer): void {
    if (payload.equals(this.#owner.pingPayload)) this.#pinged = false;
  }
}

/** What all sockets of a relay share, as one of them sees it. */
export interface SocketOwner {
  readonly maxBuffered: number;
  /** The payload that a pong must bring back. */
  readonly pingPayload: Buffer;
  add(socket: ServerSocket): void;
  remove(socket: ServerSocket): void;
  /** Notes that there is something to be flushed at the end of the drain. */
  post(outgoing: Outgoing): void;
}
