import { Observable } from 'rxjs';
import { bearer } from './bearer.js';
import type { ClientOptions } from './clientOptions.js';
import type { ClientState } from './clientState.js';
import { Dialler } from './dialler.js';
import { socketUrl } from './socketUrl.js';
import { Stream } from './stream.js';

/**
 * Connects to a WebSocket server of any kind, and stays connected as `connectChannels` does: back-off, close codes,
 * tokens, online and offline. Frames are as they come; what is lost with a connection is lost.
 *
 * @param url as for `connectChannels`
 * @throws ChannelError `invalid`: no URL
 * @example
 * const { frames$, send } = connectRelay('wss://example.com/feed', { protocols: ['feed.v1'] });
 * frames$.subscribe((frame) => use(frame));
 */
export function connectRelay(url: string | URL, options: RelayClientOptions = {}): RelayClient {
  const frames = new Stream<string | Uint8Array>();
  const { protocols = [], lazy } = options;
  const dialler = new Dialler(socketUrl(url), options, {
    protocols: (token) => [...protocols, ...bearer(token)],
    opened: () => {
      dialler.greeted();
      dialler.ready('', false);
    },
    heard: (data) => {
      frames.next(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer));
    },
    lost: () => {},
    closed: () => frames.complete(),
    // Nothing is known that every server would answer.
    probe: () => {},
    report: () => {},
  });
  const open = (): void => dialler.open();
  if (!lazy) open();
  return {
    state$: dialler.state$,
    frames$: new Observable((subscriber) => {
      if (dialler.state.status === 'idle') open();
      return frames.out$.subscribe(subscriber);
    }),
    send: (data) => {
      const isOpen = dialler.state.status === 'open';
      if (isOpen) dialler.write(data);
      return isOpen;
    },
    open,
    close: (code = 1000, reason = '') => dialler.close(code, reason),
  };
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
