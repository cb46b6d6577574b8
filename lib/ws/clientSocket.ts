import type { Duplex } from 'node:stream';
import type { SocketEvent } from '../relay/index.js';
import type { ClientOwner } from './clientOwner.js';
import { encodeMasked } from './encodeMasked.js';
import type { RelayWebSocket } from './relayWebSocket.js';
import { WireSocket } from './wireSocket.js';

/** The relay's Socket port over the client side of `ws`: the peer is a server, to which we have connected. */
export class ClientSocket extends WireSocket {
  readonly #owner: ClientOwner;
  /** Looks since a message has come, and since something that waits has left. */
  #silent = 0;
  #stuck = 0;

  constructor(ws: RelayWebSocket, net: Duplex, owner: ClientOwner) {
    super(ws, net, owner);
    this.#owner = owner;
  }

  /** The subprotocol that the server has chosen; `''`: none. */
  get protocol(): string {
    return this.ws.protocol;
  }

  encode(data: string | Uint8Array): Buffer {
    return encodeMasked(data, this.#owner.compressionThreshold);
  }

  /** Sends a ping; calls back when it has been written, or cannot be. */
  sendPing(done: (error?: Error) => void): void {
    this.ws.ping(undefined, undefined, done);
  }

  override emit(event: SocketEvent): void {
    this.#silent = 0;
    super.emit(event);
  }

  check(): void {
    if (this.isOpen) this.probe(this.buffered === 0);
  }

  /** `readTimeout` and `writeTimeout` (A6, A10). */
  watch(tick: number): void {
    if (!this.isOpen) return;
    const { readTimeout, writeTimeout } = this.#owner;
    // Who does not read waits for nothing.
    this.#silent = this.held > 0 ? 0 : this.#silent + 1;
    this.#stuck = this.outgoing.progress() === 'stuck' ? this.#stuck + 1 : 0;
    if (this.#stuck * tick >= writeTimeout) this.congest();
    else if (this.#silent * tick >= readTimeout)
      this.incoming.next({ type: 'exceeded', limit: 'idle' });
  }
}
