import { Observable } from 'rxjs';
import { bearer } from './bearer.js';
import type { ClientOptions } from './clientOptions.js';
import type { ClientState } from './clientState.js';
import { Dialler } from './dialler.js';
import { Stream } from './stream.js';

/**
 * Connects to a WebSocket server of any kind, and stays connected as `connectChannels` does: back-off, close codes,
 * tokens, online and offline. Frames are as they come; what is lost with a connection is lost.
 *
 * @param url as for `connectChannels`
 * @throws as `connectChannels` does
 * @example
 * const feed = connectRelay('wss://example.com/feed', { protocols: ['feed.v1'] });
 * feed.frames$.subscribe((frame) => use(frame));
 */
export function connectRelay(url: string | URL, options: RelayClientOptions = {}): RelayClient {
  const relay = new RelayConnection(url, options);
  if (!options.lazy) relay.open();
  return relay;
}

class RelayConnection extends Dialler implements RelayClient {
  readonly #frames = new Stream<string | Uint8Array>();
  readonly frames$ = new Observable<string | Uint8Array>((subscriber) => {
    if (this.states.isAt('idle')) this.open();
    return this.#frames.out$.subscribe(subscriber);
  });
  declare readonly options: RelayClientOptions;

  send(data: string | ArrayBufferView): boolean {
    const isOpen = this.states.isAt('open');
    if (isOpen) this.write(data);
    return isOpen;
  }

  override opened(): void {
    super.opened();
    this.greeted();
    this.ready('', false);
  }

  heard(data: unknown): void {
    this.#frames.next(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer));
  }

  report(): void {}

  protected protocols(token: string | undefined): readonly string[] {
    return [...(this.options.protocols ?? []), ...bearer(token)];
  }

  protected lost(): void {}

  protected closed(): void {
    this.#frames.end();
  }

  /** Nothing is known that every server would answer. */
  protected probe(): void {}
}

/** Options of `connectRelay`. */
export interface RelayClientOptions extends Omit<ClientOptions, 'leaveDelay'> {
  /** Subprotocols to offer; default none. A `token` is offered behind them, as `rx-process.bearer.…`. */
  readonly protocols?: readonly string[];
}

/** A client of a WebSocket server; made by `connectRelay`. */
export interface RelayClient {
  /** Where it stands; replays the last state, never errors. The `id` of `open` is `''`. */
  readonly state$: Observable<ClientState>;
  /** What comes, over one connection after the other: texts as they are, bytes as a Uint8Array. Completes at `close`. */
  readonly frames$: Observable<string | Uint8Array>;
  /** Sends a frame; `false`: it is not open, and nothing is kept. */
  send(data: string | ArrayBufferView): boolean;
  /** Dials now, if it is `lazy` or closed; else nothing. */
  open(): void;
  /** Closes the connection and stays closed; nothing if it is. @param code 1000 (default) or 3000–4999 in browsers */
  close(code?: number, reason?: string): void;
}
