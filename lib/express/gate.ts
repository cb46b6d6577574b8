import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/**
 * What happens to the bytes of a response. `hold`: not decided, nothing of the answer exists yet, and
 * what comes is informational (1xx), which may be left out. `pass`: to the client. `swallow`: the
 * connection is to be relayed. `shut`: the gate has nothing to do with the socket any more.
 */
type Mode = 'hold' | 'pass' | 'swallow' | 'shut';

type Done = (error?: Error | null) => void;

/** Stands between the response to an upgrade request and the client's socket (DESIGN §6). */
export class Gate extends Duplex {
  readonly #socket: Socket;
  #mode: Mode = 'hold';

  constructor(socket: Socket) {
    super({ decodeStrings: false });
    this.#socket = socket;
    // A lost client is the socket's business.
    this.on('error', ignore);
  }

  get mode(): Mode {
    return this.#mode;
  }

  pass(): void {
    this.#mode = 'pass';
  }

  swallow(): void {
    this.#mode = 'swallow';
  }

  /** Lets go of the socket; the response then emits its 'close'. */
  shut(): void {
    this.#mode = 'shut';
    super.destroy();
  }

  /**
   * The end of the response is the end of the socket, except while it is being relayed: an error
   * thrown after `res.end()` makes Express destroy `req.socket`, which must not end a live WebSocket.
   */
  override destroy(error?: Error): this {
    return this.#mode === 'swallow' ? this : super.destroy(error);
  }

  override _read(): void {}

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: Done): void {
    if (this.#mode === 'pass') this.#socket.write(chunk, encoding, done);
    else done();
  }

  override _destroy(error: Error | null, done: Done): void {
    if (this.#mode !== 'shut') this.#socket.destroy();
    done(error);
  }

  // What Express and its middleware ask of `req.socket` and `res.socket`.

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.#socket.remotePort;
  }

  get remoteFamily(): string | undefined {
    return this.#socket.remoteFamily;
  }

  get localAddress(): string | undefined {
    return this.#socket.localAddress;
  }

  get localPort(): number | undefined {
    return this.#socket.localPort;
  }

  get encrypted(): boolean {
    return (this.#socket as { encrypted?: boolean }).encrypted === true;
  }

  /** `res.setTimeout` ends up here. The relayed socket is not the response's to time out. */
  setTimeout(millis: number, callback?: () => void): this {
    if (this.#mode === 'hold' || this.#mode === 'pass') this.#socket.setTimeout(millis, callback);
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }
}

export const ignore = (): void => {};
