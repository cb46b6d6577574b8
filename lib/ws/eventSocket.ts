import type { ServerResponse } from 'node:http';
import { Socket as NetSocket } from 'node:net';
import { noop, Observable, type Subscriber } from 'rxjs';
import type {
  EventFields,
  Receipts,
  SendOptions,
  Socket,
  SocketEvent,
  Traffic,
} from '../relay/index.js';
import { encodeEvent } from './encodeEvent.js';
import { CLOSED, lastEvent } from './lastEvent.js';
import { Outgoing } from './outgoing.js';
import type { OutgoingSocket, SocketOwner } from './outgoingOwner.js';
import { ResponseStream } from './responseStream.js';
import type { Watched } from './sweep.js';

/**
 * The relay's Socket port over an answer of HTTP: server-sent events (SE1). Nothing comes in on it, and it has no close
 * frame, so its last event says what one would have said, and a client that goes is lost (1006).
 */
export class EventSocket implements Socket, OutgoingSocket, Watched {
  /** The headers of a stream: nobody on the way may keep it, gather it or change it (SE3). */
  static readonly HEAD = {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-cache, no-transform',
    'X-Accel-Buffering': 'no',
  } as const;
  /** The `Last-Event-ID` of a client that was told not to come back. */
  static readonly CLOSED = CLOSED;

  readonly held = 0;
  readonly #response: ServerResponse;
  readonly #stream: ResponseStream;
  readonly #owner: SocketOwner;
  readonly #outgoing: Outgoing;
  #subscriber: Subscriber<SocketEvent> | undefined;
  #phase: 'open' | 'closing' | 'closed' = 'open';
  /** How the server closes it. */
  #close: { readonly code: number; readonly reason: string } | undefined;
  #isCongested = false;
  /** Whether nothing was written since the last health check. */
  #isQuiet = true;

  constructor(response: ServerResponse, owner: SocketOwner) {
    this.#response = response;
    this.#stream = new ResponseStream(response);
    this.#owner = owner;
    this.#outgoing = new Outgoing(this.#stream, this, owner);
    const { socket } = response;
    // What a server allows an answer to be idle is not for this one.
    if (socket?.timeout) socket.setTimeout(0);
    // Nothing answers the pings; where there are none, TCP finds a client that has vanished. A Duplex has none.
    if (socket instanceof NetSocket) socket.setKeepAlive(true, KEEP_ALIVE);
    // Behind a stream comes nothing, and a connection that is kept would keep Node alive (Q3).
    response.shouldKeepAlive = false;
    // What a client that has left makes of a write is no error.
    response.on('error', noop);
    response.once('close', () => this.#end());
    response.writeHead(200, EventSocket.HEAD);
    // At once, since a browser waits for the head before it says that it is connected.
    this.#stream.write(`retry: ${RETRY + Math.floor(Math.random() * RETRY)}\n\n`);
    owner.add(this);
  }

  get events$(): Observable<SocketEvent> {
    return new Observable((subscriber) => {
      this.#subscriber = subscriber;
    });
  }

  get isOpen(): boolean {
    return this.#phase === 'open';
  }

  get traffic(): Traffic {
    return this.#outgoing.traffic;
  }

  get buffered(): number {
    return this.#outgoing.buffered;
  }

  encode(data: string | Uint8Array, fields?: EventFields): Buffer {
    return encodeEvent(data, fields);
  }

  write(data: string | Uint8Array, options?: SendOptions, fields?: EventFields): boolean {
    this.#isQuiet = false;
    return this.#outgoing.write(data, options, fields);
  }

  track(receipts: Receipts): void {
    this.#outgoing.receipts = receipts;
  }

  /** Ends the answer behind all that was written, with an event that says why. */
  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.#outgoing.finish();
    this.#phase = 'closing';
    this.#close = { code, reason };
    this.#response.end(lastEvent(code, reason));
  }

  terminate(): void {
    // Now, as in `ServerSocket`.
    this.#outgoing.end();
    this.#response.destroy();
  }

  throttle(): void {}

  resume(): void {}

  /** Emits `congested` once. */
  congest(): void {
    if (this.#isCongested) return;
    this.#isCongested = true;
    this.#next({ type: 'congested' });
  }

  /** How many bytes are in memory, unsent. */
  get holding(): number {
    return this.buffered;
  }

  evict(): number {
    const { isOpen } = this;
    const isNear = this.#outgoing.discard();
    this.#next({ type: 'evicted' });
    if (isOpen && isNear) return this.holding;
    this.terminate();
    return 0;
  }

  /**
   * The health check of each interval: a comment goes out where nothing else did, so that no proxy takes the connection
   * for idle. Nobody answers it: a client that has vanished is found by TCP, or because nothing leaves any more.
   */
  check(): void {
    if (!this.isOpen) return;
    const progress = this.#outgoing.progress();
    if (progress === 'stuck') return this.congest();
    if (progress === 'idle' && this.#isQuiet) this.#stream.write(PING);
    this.#isQuiet = true;
  }

  watch(): void {}

  #next(event: SocketEvent): void {
    this.#subscriber?.next(event);
  }

  /** The answer is out, or its connection is gone. */
  #end(): void {
    this.#phase = 'closed';
    this.#owner.remove(this);
    this.#outgoing.end();
    const how = this.#response.writableFinished ? this.#close : undefined;
    this.#next({ type: 'closed', ...(how ?? { code: 1006, reason: '' }) });
  }
}

/** Milliseconds after which a client comes back at the earliest, and at most twice of it: each has a time of its own. */
const RETRY = 2_000;

const PING = ': ping\n\n';

/** Milliseconds that a connection may be idle before TCP probes it. */
const KEEP_ALIVE = 30_000;
