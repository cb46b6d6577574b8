import { once } from 'node:events';
import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { UpgradeServer } from '../../ws/index.js';
import { Journal } from './journal.js';
import { Peer } from './peer.js';
import { Unexpected } from './unexpected.js';

/** A WebSocket server on a free port that does what a check tells it, one client at a time. */
export class ScriptedServer {
  readonly #server = createServer((_request, response) => {
    const { status, headers } = this.#refusal;
    response.writeHead(status, headers).end(STATUS_CODES[status]);
  });
  readonly #upgrades = new UpgradeServer({ maxPayload: 2 ** 20, closeTimeout: 1_000 });
  readonly #sockets = new Set<Socket>();
  /** What a plain request for the URL is told, by which a browser finds out why its dial has failed (CP31). */
  #refusal: Refusal = NO_REFUSAL;
  #path = '/';
  #begun = 0;
  readonly dials = new Journal<Dial>('the client');

  constructor() {
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket)).on('error', () => {});
    });
    this.#server.on('upgrade', (request, socket: Socket, head) => {
      // Of a client before.
      if (request.url !== this.#path) return void socket.destroy();
      this.dials.add(this.#dialOf(request, socket, head));
    });
  }

  async listen(): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
  }

  /** Waits for a new client, at a URL of its own: what the one before it does is nobody's business. */
  begin(): string {
    this.#path = `/${++this.#begun}`;
    this.#refusal = NO_REFUSAL;
    this.dials.clear();
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#path}`;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #dialOf(request: IncomingMessage, socket: Socket, head: Buffer): Dial {
    const { 'sec-websocket-protocol': offer = '' } = request.headers;
    return {
      at: performance.now(),
      offered: offer.split(',').map((each) => each.trim()),
      accept: (protocol, resumes = true) => {
        this.#refusal = NO_REFUSAL;
        let peer: Peer | undefined;
        this.#upgrades.accept(request, socket, head, { headers: [], protocol }, (webSocket) => {
          peer = new Peer(webSocket, resumes);
        });
        if (peer === undefined) throw new Unexpected('a client that waits', 'one that has gone');
        return peer;
      },
      refuse: (status, headers = {}) => {
        this.#refusal = { status, headers };
        const lines = Object.entries({ ...headers, 'Content-Length': '0', Connection: 'close' });
        const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
        socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${text}\r\n`);
        return performance.now();
      },
    };
  }
}

interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a server says to a plain request at the path of its WebSockets. */
const NO_REFUSAL: Refusal = { status: 426, headers: {} };

/** A client that wants to connect. */
export interface Dial {
  /** When (`performance.now`). */
  readonly at: number;
  /** The subprotocols, in the order in which they are offered. */
  readonly offered: readonly string[];
  /** @param resumes whether the peer answers `resume` by itself; default: yes */
  accept(protocol: string, resumes?: boolean): Peer;
  /** Answers by HTTP instead; returns when. */
  refuse(status: number, headers?: Readonly<Record<string, string>>): number;
}
