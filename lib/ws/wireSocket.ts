import type { Duplex } from 'node:stream';
import { Observable } from 'rxjs';
import { WebSocket } from 'ws';
import type { Receipts, SendOptions, Socket, SocketEvent, Traffic, Valve } from '../relay/index.js';
import { detached } from './compact.js';
import { Incoming } from './incoming.js';
import { Outgoing } from './outgoing.js';
import type { OutgoingSocket, SocketOwner } from './outgoingOwner.js';
import type { RelayWebSocket } from './relayWebSocket.js';
import type { Watched } from './sweep.js';

/** The relay's Socket port over `ws`, but for how it finds out that the peer has vanished or does not read. */
export abstract class WireSocket implements Socket, OutgoingSocket, Watched {
  protected readonly ws: RelayWebSocket;
  readonly #owner: SocketOwner;
  protected readonly outgoing: Outgoing;
  protected readonly incoming: Incoming;
  /** Whether the last ping has not been answered yet. */
  #pinged = false;
  /** The client's ping that is answered next; `null`: none, but an answer is on its way. */
  #ping: Buffer | null | undefined;
  #congested = false;

  constructor(ws: RelayWebSocket, net: Duplex, owner: SocketOwner) {
    this.ws = ws;
    this.#owner = owner;
    this.outgoing = new Outgoing(net, this, owner);
    this.incoming = new Incoming(ws, owner.intake, this);
    ws.serve(this);
    owner.add(this);
  }

  get events$(): Observable<SocketEvent> {
    return new Observable((subscriber) => this.incoming.subscribe(subscriber));
  }

  // --- what goes out --------------------------------------------------------------------------------

  get buffered(): number {
    return this.outgoing.buffered;
  }

  get traffic(): Traffic {
    return this.outgoing.traffic;
  }

  get isOpen(): boolean {
    return this.ws.readyState === WebSocket.OPEN;
  }

  abstract encode(data: string | Uint8Array): Buffer;

  write(data: string | Uint8Array, options?: SendOptions): boolean {
    this.incoming.stir();
    return this.outgoing.write(data, options);
  }

  track(receipts: Receipts): void {
    this.outgoing.receipts = receipts;
  }

  /** Sends the close frame after the frames that were written before (W3). */
  close(code: number, reason: string): void {
    this.outgoing.finish();
    this.ws.close(code, reason);
  }

  terminate(): void {
    // Now, since the process may end with this call, and would tell nobody any more (W9).
    this.outgoing.end();
    this.ws.terminate();
  }

  /** Emits `congested` once; it does not wait behind the frames that are held. */
  congest(): void {
    if (this.#congested) return;
    this.#congested = true;
    this.incoming.next({ type: 'congested' });
  }

  // --- what comes in --------------------------------------------------------------------------------

  throttle(valve: Valve): void {
    this.incoming.throttle(valve);
  }

  get held(): number {
    return this.incoming.held;
  }

  resume(): void {
    this.incoming.resume();
  }

  emit(event: SocketEvent): void {
    if (event.type !== 'frame') return this.incoming.next(event);
    this.#owner.counters.received(event.size);
    this.incoming.take(event);
  }

  hold(bytes: number): void {
    this.#owner.holders.add(this, bytes);
  }

  /** The client is leaving; what was written before is sent before its close frame is answered. */
  closing(code: number, reason: string): void {
    this.outgoing.finish();
    const { held } = this;
    this.incoming.next({ type: 'closing', code, reason, ...(held > 0 && { held }) });
  }

  /** The socket has closed: the relay hears it at once, and `closed` comes after the frames that are held. */
  end(code: number, reason: string): void {
    this.#owner.remove(this);
    this.outgoing.end();
    if (this.held > 0) this.closing(code, reason);
    this.incoming.close({ type: 'closed', code, reason });
    // If the server had begun closing, the valve is open now and the frames need not wait.
    this.resume();
  }

  // --- what it holds --------------------------------------------------------------------------------

  /** How many bytes are in memory, unsent, or of the client and not handed over yet (Q10). */
  get holding(): number {
    return this.buffered + this.incoming.unread;
  }

  /** Who is closing already, has much to read before a close frame, or is in the middle of a message, is cut off. */
  evict(): number {
    const { isOpen } = this;
    const isNear = this.outgoing.discard();
    this.incoming.next({ type: 'evicted' });
    if (isOpen && isNear && this.incoming.unread < SMALL) return this.holding;
    this.terminate();
    return 0;
  }

  // --- whether the peer is there --------------------------------------------------------------------

  abstract check(): void;

  abstract watch(tick: number): void;

  /** Sends a ping, unless the last one is unanswered: then the peer is silent, if the ping `hasLeft` (Q1). */
  protected probe(hasLeft: boolean): void {
    // A pong is not read while the peer is not, but TCP finds out by the ping whether the peer has vanished.
    if (this.incoming.wasStill()) this.#pinged = false;
    if (!this.#pinged) {
      this.#pinged = true;
      this.ws.ping(this.#owner.pingPayload);
    } else if (hasLeft) this.incoming.next({ type: 'silent' });
    // Otherwise the ping is still unsent, behind bytes that the peer is reading.
  }

  /**
   * Answers a ping of the client. While an answer is on its way only the newest ping waits for the next
   * one, which RFC 6455 (§5.5.3) allows: so pings can neither pile up answers nor cost a write each (Q11).
   */
  ping(payload: Buffer): void {
    const isAnswering = this.#ping !== undefined;
    this.#ping = detached(payload);
    if (!isAnswering) this.#answer();
  }

  #answer(): void {
    const payload = this.#ping;
    this.#ping = undefined;
    if (!payload || !this.isOpen) return;
    this.#ping = null;
    this.ws.pong(payload, undefined, () => this.#answer());
  }

  /** A pong counts only if it has our ping's payload, because a client must read to know that. */
  pong(payload: Buffer): void {
    if (payload.equals(this.#owner.pingPayload)) this.#pinged = false;
  }
}

/** Up to so many unread bytes are left in memory until the client has closed. */
const SMALL = 1_024;
