import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { RelayWebSocket } from '../../ws/index.js';
import { within } from './within.js';

/** A connection that has opened, and what has come over it. */
export class Visit {
  /** Of the 101. */
  readonly headers: IncomingHttpHeaders;
  /** The subprotocol that the server has chosen; `''`: none. */
  readonly protocol: string;
  /** When pings of the server came, in milliseconds since it has opened. */
  readonly pings: number[] = [];
  /** When anything came, these among it. */
  readonly heard: number[] = [];
  readonly closed: Promise<Closed>;
  readonly #webSocket: RelayWebSocket;
  readonly #net: Socket;
  readonly #first: readonly string[];
  readonly #timeout: number;

  constructor(
    webSocket: RelayWebSocket,
    response: IncomingMessage,
    first: readonly string[],
    timeout: number,
  ) {
    const openedAt = performance.now();
    const after = (): number => performance.now() - openedAt;
    this.headers = response.headers;
    this.protocol = webSocket.protocol;
    this.#webSocket = webSocket;
    this.#net = response.socket;
    this.#first = first;
    this.#timeout = timeout;
    webSocket.on('message', () => this.heard.push(after()));
    webSocket.on('ping', () => {
      this.pings.push(after());
      this.heard.push(after());
    });
    this.closed = new Promise((resolve) => {
      webSocket.on('close', (code: number, reason: Buffer) => {
        resolve({ code, reason: String(reason), after: after() });
      });
    });
  }

  /** The first message, once it has come. */
  get welcome(): string | undefined {
    return this.#first[0];
  }

  /** Asks for a pong; gives the milliseconds until it came, or `undefined`. What was sent before it is there by then. */
  async ping(): Promise<number | undefined> {
    const begun = performance.now();
    const pong = new Promise<number>((resolve) => {
      this.#webSocket.on('pong', () => resolve(performance.now() - begun));
    });
    this.#webSocket.ping('rx-process doctor');
    return within(Promise.race([pong, this.closed.then(() => undefined)]), this.#timeout);
  }

  /** Announces a message of so many bytes and sends none of it, so that no application ever gets it. */
  announce(size: number): void {
    const header = Buffer.alloc(14);
    // A whole message of bytes, masked, with a length of 64 bits.
    header.writeUInt16BE(0x82ff);
    header.writeBigUInt64BE(BigInt(size), 2);
    this.#net.write(header);
  }

  /** Closes it with 1000 and a reason, and says how it ended. */
  async leave(): Promise<Closed> {
    this.#webSocket.close(1000, REASON);
    const closed = await within(this.closed, this.#timeout);
    return closed ?? this.cut();
  }

  /** Ends it without a word. */
  cut(): Promise<Closed> {
    this.#webSocket.terminate();
    return this.closed;
  }
}

/** Why the doctor leaves. */
export const REASON = 'rx-process doctor';

/** How a connection has ended; 1006: without a close frame. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
  /** Milliseconds since it has opened. */
  readonly after: number;
}
