import { Observable, ReplaySubject, type Subscriber } from 'rxjs';
import { ProcessError } from '../../core/index.js';
import type { Receipts, SendOptions, Socket, SocketEvent } from '../../relay/index.js';

/** The relay's port to a socket, over a diagram. */
export interface FakeSocket extends Socket {
  /** Default 0; set it to fake a client that does not read. */
  buffered: number;
  /** What it did, in order. */
  readonly actions: readonly SocketAction[];
  /** The same as it happens, for a diagram; replays to late subscribers, never completes. */
  readonly actions$: Observable<SocketAction>;
}

/** What a fake socket did; `pause` and `resume` are the moments when reading stops and goes on (Q2). */
export type SocketAction =
  | {
      readonly type: 'write';
      readonly data: string | Uint8Array;
      /** What its `ws.send` says beside the data (W7–W9), if it does. */
      readonly options?: SendOptions;
    }
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  | { readonly type: 'terminate' }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' };

/** What a fake socket is made of. */
export interface FakeSocketOptions {
  /** What the client does, its `closed` included: the fake answers nothing by itself. */
  readonly events$: Observable<SocketEvent>;
}

/**
 * A socket for marbles: emits what the diagram says and records what it is asked to do. What it writes has left
 * at once (W9). Subscribing its events twice at a time is an error (`Invalid`): a real socket has one reader.
 *
 * @example
 * const socket = fakeSocket({ events$: hot('-f--c', { f: frame, c: closed }) });
 * expectObservable(socket.actions$).toBe('  -w---', { w: { type: 'write', data: 'hi' } });
 */
export function fakeSocket({ events$ }: FakeSocketOptions): FakeSocket {
  const actions: SocketAction[] = [];
  const action$ = new ReplaySubject<SocketAction>();
  const act = (action: SocketAction): void => {
    actions.push(action);
    action$.next(action);
  };
  const reader = new Reader(events$, act);
  let receipts: Receipts | undefined;
  return {
    events$: reader.events$,
    buffered: 0,
    actions,
    actions$: action$.asObservable(),
    get held() {
      return reader.held;
    },
    write: (data, options) => {
      act({ type: 'write', data, ...(options && { options }) });
      if (options?.ref !== undefined) receipts?.settled('sent', options);
      return true;
    },
    track: (given) => {
      receipts = given;
    },
    close: (code, reason) => act({ type: 'close', code, reason }),
    terminate: () => act({ type: 'terminate' }),
    throttle: (valve) => reader.throttle(() => valve.ready()),
    resume: () => reader.resume(),
  };
}

/** The reading side: what the client sent, held back while its reader is not ready for a frame. */
class Reader {
  readonly #act: (action: SocketAction) => void;
  // Invariant: the first of these is a frame that `#ready` has refused; there is none while reading.
  readonly #waiting: SocketEvent[] = [];
  #ready = (): boolean => true;
  #subscriber: Subscriber<SocketEvent> | undefined;
  readonly events$: Observable<SocketEvent>;

  constructor(source: Observable<SocketEvent>, act: (action: SocketAction) => void) {
    this.#act = act;
    this.events$ = new Observable((subscriber) => {
      if (this.#subscriber?.closed === false) {
        throw new ProcessError('Invalid', 'fakeSocket: its events have a subscriber already');
      }
      this.#subscriber = subscriber;
      return source.subscribe({
        next: (event) => this.#read(event),
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
  }

  throttle(ready: () => boolean): void {
    this.#ready = ready;
  }

  resume(): void {
    const [first] = this.#waiting;
    if (first === undefined || !this.#mayPass(first)) return;
    this.#act({ type: 'resume' });
    for (const event of this.#waiting.splice(0)) this.#read(event);
  }

  get held(): number {
    return this.#waiting.filter(({ type }) => type === 'frame').length;
  }

  #read(event: SocketEvent): void {
    const { held } = this;
    if (event.type === 'closing') {
      // The relay knows at once; what waits comes as it has room.
      this.#subscriber?.next({ ...event, held });
      return;
    }
    if (event.type === 'closed' && held > 0) {
      this.#subscriber?.next({ type: 'closing', code: event.code, reason: event.reason, held });
    }
    const passes = isOwnTiming(event) || (this.#waiting.length === 0 && this.#mayPass(event));
    if (passes) {
      this.#subscriber?.next(event);
      return;
    }
    if (this.#waiting.push(event) === 1) this.#act({ type: 'pause' });
    // Where the server had begun closing, frames are not waited for any more.
    if (event.type === 'closed') this.resume();
  }

  #mayPass(event: SocketEvent): boolean {
    return event.type !== 'frame' || this.#ready();
  }
}

/** What the server notices, or does not accept, does not wait behind what the client has sent. */
function isOwnTiming({ type }: SocketEvent): boolean {
  return type !== 'frame' && type !== 'closed';
}
