import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { closeSocket, ignore, limitIdle } from '../upgrade/index.js';

/**
 * Stands between a plain answer to an upgrade request and the client's socket, on which Node's own
 * machinery for responses does not work any more.
 */
export class Gate extends Duplex {
  readonly #socket: Socket;
  /** Whether the end of the response still ends the socket. */
  #isShut = false;

  constructor(socket: Socket) {
    super({ decodeStrings: false });
    this.#socket = socket;
    // A lost client is the socket's business.
    this.on('error', ignore);
  }

  /** Has a response go through a gate to the client's socket. */
  static before(socket: Socket, response: ServerResponse): Gate {
    const gate = new Gate(socket);
    gate.on('drain', () => response.emit('drain'));
    // A handler that ends its response twice must not take the process down.
    response.on('error', ignore);
    // The handler has said all: from here on the client has to read it.
    response.on('prefinish', () => limitIdle(socket));
    response.on('finish', () => closeSocket(socket));
    // Node clears its own flag only for sockets that it serves; a second pipe would wait for ever.
    Object.defineProperty(response, 'writableNeedDrain', { get: () => gate.writableNeedDrain });
    response.assignSocket(gate as unknown as Socket);
    return gate;
  }

  /** Lets go of the socket; the response then emits its 'close'. */
  shut(): void {
    this.#isShut = true;
    this.destroy();
  }

  override _read(): void {}

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: Done): void {
    this.#socket.write(chunk, encoding, done);
  }

  override _destroy(error: Error | null, done: Done): void {
    if (!this.#isShut) this.#socket.destroy();
    done(error);
  }

  // What middleware asks of `res.socket`.

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.#socket.remotePort;
  }

  get encrypted(): boolean {
    return (this.#socket as { encrypted?: boolean }).encrypted === true;
  }

  /** `res.setTimeout` ends up here. */
  setTimeout(millis: number, callback?: () => void): this {
    this.#socket.setTimeout(millis, callback);
    return this;
  }

  setNoDelay(isOn?: boolean): this {
    this.#socket.setNoDelay(isOn);
    return this;
  }

  setKeepAlive(isOn?: boolean, delay?: number): this {
    this.#socket.setKeepAlive(isOn, delay);
    return this;
  }
}

type Done = (error?: Error | null) => void;

/** Methods of a socket, and of the TLS socket, that only look. */
const LOOKS = /^(?:get|is|has|export|listener)|^(?:address|eventNames|rawListeners|toString)$/;

/** To look at, as `req.ip` and `getPeerCertificate` do; methods that act do nothing. */
const lookOnly: ProxyHandler<Socket> = {
  get(socket, name, proxy) {
    const value: unknown = Reflect.get(socket, name);
    if (typeof value !== 'function') return value;
    return typeof name === 'string' && LOOKS.test(name) ? value.bind(socket) : () => proxy;
  },
  set: () => true,
};

/**
 * The socket as a request has it that is being relayed: an error thrown after `res.end()` makes
 * Express destroy `req.socket`, which must not end a live WebSocket.
 */
export function untouchable(socket: Socket): Socket {
  return new Proxy(socket, lookOnly);
}
