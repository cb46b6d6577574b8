import type { Observable } from 'rxjs';
import { isCloseCode, readSend, type SendOptions } from '../codec/index.js';
import { exitResult, type Pid, ProcessError, shown } from '../core/index.js';
import { cutReason } from '../protocol/index.js';
import {
  type Cause,
  causeOfEnd,
  causeOfLeaving,
  type Fate,
  type Receipts,
  type SocketEvent,
  type Valve,
  verdict,
} from '../relay/index.js';
import type { ClientSocket } from './clientSocket.js';
import {
  BINARY,
  type OutboundClosed,
  type OutboundConnection,
  type OutboundMessage,
  TEXT,
} from './outboundConnection.js';
import { UnreadItems } from './unreadItems.js';

/** What `connect` gives, over the relay's port to a socket. */
export class ClientConnection implements OutboundConnection, Receipts, Valve {
  readonly closed: Promise<OutboundClosed>;
  readonly #socket: ClientSocket;
  readonly #unread: UnreadItems<OutboundMessage>;
  readonly #resolve: (closed: OutboundClosed) => void;
  /** Why it ends; the first cause wins. */
  #cause: Cause | undefined;
  /** Whether we have begun to close, and drop what comes (L6). */
  #isDeaf = false;

  constructor(
    socket: ClientSocket,
    capacity: number,
    readonly pid: Pid | undefined,
  ) {
    const { promise, resolve } = withResolve<OutboundClosed>();
    this.closed = promise;
    this.#resolve = resolve;
    this.#socket = socket;
    this.#unread = new UnreadItems(capacity, () => socket.resume());
    socket.track(this);
    socket.throttle(this);
    socket.events$.subscribe((event) => this.#on(event));
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  // --- what comes -----------------------------------------------------------------------------------

  get messages$(): Observable<OutboundMessage> {
    return this.#unread.items$;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<OutboundMessage, void, undefined> {
    for (let item = await this.#unread.pull(); item !== undefined; item = await this.#unread.pull())
      yield item;
  }

  /** When it ends, what was read already has to wait for nobody: it is in memory anyway. */
  ready(): boolean {
    return this.#cause !== undefined || this.#unread.hasRoom;
  }

  #on(event: SocketEvent): void {
    switch (event.type) {
      case 'frame':
        if (!this.#isDeaf) this.#unread.push(messageOf(event.data));
        return;
      case 'closing':
        return this.#left(event);
      case 'closed':
        this.#left(event);
        return this.#unread.end();
      case 'limited':
        return;
      default:
        this.#begin(causeOfEnd(event));
    }
  }

  // --- what goes out --------------------------------------------------------------------------------

  async send(data: string | ArrayBufferView | ArrayBuffer, type?: 1 | 2): Promise<void> {
    const frame = readSend({ data, type: typeOf(type) });
    if (frame === undefined) throw new ProcessError('Invalid', 'send: give a text, or bytes');
    const { promise, resolve } = withResolve<Fate>();
    const options: SendOptions = { overflow: 'close', key: '', ref: resolve, from: undefined };
    if (!this.#socket.write(frame, options)) throw gone();
    if ((await promise) !== 'sent') throw gone();
  }

  settled(fate: Fate, options: SendOptions | undefined): void {
    const told = options?.ref as ((fate: Fate) => void) | undefined;
    told?.(fate);
  }

  async ping(): Promise<void> {
    const { promise, resolve } = withResolve<Error | undefined | null>();
    this.#socket.sendPing(resolve);
    if (await promise) throw gone();
  }

  // --- how it ends ----------------------------------------------------------------------------------

  async close(code = 1000, reason = ''): Promise<void> {
    if (!isCloseCode(code))
      throw new ProcessError('Invalid', `close: ${shown(code)} is no close code (W4)`);
    if (typeof reason !== 'string')
      throw new ProcessError('Invalid', 'close: the reason is a text');
    this.#begin({ type: 'close', code, reason: cutReason(reason) });
    await this.closed;
  }

  /** Closes with 1001, because whoever has wanted it is gone. */
  abandon(why: string): void {
    this.#begin({ type: 'cancel', why });
  }

  #begin(cause: Cause): void {
    if (this.#cause !== undefined) return;
    this.#cause = cause;
    // The server's close frame has to be read, and what was read before it is not lost.
    this.#socket.resume();
    this.#isDeaf = true;
    const { frame } = verdict(cause, 'server');
    if (frame === undefined) this.#socket.terminate();
    else this.#socket.close(frame.code, frame.reason);
  }

  /** The server has sent its close frame, or is gone without one. */
  #left(event: { readonly code: number; readonly reason: string }): void {
    this.#cause ??= causeOfLeaving(event);
    const { value, error } = exitResult(verdict(this.#cause, 'server').exit);
    const { code, reason } = (value ?? error) as OutboundClosed;
    this.#resolve({ code, reason, clean: event.code !== 1006 });
  }
}

function messageOf(data: string | Uint8Array): OutboundMessage {
  return typeof data === 'string' ? { type: 'text', data } : { type: 'binary', data };
}

function typeOf(type: unknown): 'text' | 'binary' | undefined {
  if (type === undefined) return undefined;
  if (type === TEXT) return 'text';
  if (type === BINARY) return 'binary';
  throw new ProcessError('Invalid', `send: the type is TEXT or BINARY, not ${shown(type)}`);
}

const gone = (): ProcessError => new ProcessError('Unavailable', 'websocket connection closed');

function withResolve<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
