import { Observable, type OperatorFunction, type Subscriber } from 'rxjs';
import {
  type Command,
  countOption,
  knownOptions,
  type Message,
  type Pid,
  ProcessError,
  Sink,
  send,
  shown,
} from '../core/index.js';
import { type Send, type Sent, ws } from './ws.js';

/**
 * Sends a client what a source has, no faster than it reads (W10): an item is pulled only while fewer than
 * `window` frames are on their way. On the process's inbox, because that brings the `ws.sent` of each; other
 * messages pass by. Completes when the last frame has left. Where one is dropped, or the client leaves, it
 * completes, too, and ends the source by its `return`. An error of the source is the stream's own.
 *
 * @param source payloads of `ws.send`, as a generator makes them; their own `ack` is not used
 * @throws ProcessError `Invalid`: no iterable, or a window that is no whole number from 1.
 * @example
 * async function* chunks(path: string) {
 *   for await (const data of createReadStream(path)) yield { data };
 * }
 * inbox.pipe(ofTopic(ask), mergeMap(({ payload }) => inbox.pipe(paced(payload.client_pid, chunks(file)))))
 */
export function paced(
  client_pid: Pid,
  source: Iterable<Send> | AsyncIterable<Send>,
  options: PacedOptions = {},
): OperatorFunction<Message, Command> {
  knownOptions('paced', options, { window: true });
  const window = countOption('paced: window', options.window ?? WINDOW);
  if (!isPullable(source)) {
    const text = `paced: give an iterable of payloads of ws.send, not ${shown(source)}`;
    throw new ProcessError('Invalid', text);
  }
  return (inbox) =>
    new Observable<Command>((subscriber) => {
      const pace = new Pace(client_pid, window, subscriber);
      subscriber.add(() => pace.leave());
      inbox.subscribe(pace.sink);
      if (!subscriber.closed) pace.begin(source);
    });
}

/** Options of `paced`. */
export interface PacedOptions {
  /** How many frames may be on their way; default 16. */
  readonly window?: number | undefined;
}

const WINDOW = 16;

/** One subscription of `paced`. */
class Pace {
  /** Brings the inbox; ends with this. */
  readonly sink: Sink<Message>;
  /** What marks the frames of this subscription as its own; no literal says it, so no trace is replayed with it. */
  readonly #ref = Symbol('paced');
  readonly #client: Pid;
  readonly #window: number;
  readonly #out: Subscriber<Command>;
  #iterator: AnyIterator | undefined;
  #isAsync = false;
  /** Whether the source has nothing more, or is not wanted any more. */
  #isOver = false;
  /** Whether an item is on its way from the source. */
  #isPulling = false;
  #unacknowledged = 0;

  constructor(client: Pid, window: number, out: Subscriber<Command>) {
    this.#client = client;
    this.#window = window;
    this.#out = out;
    this.sink = new Sink({
      next: (message) => this.#hear(message),
      error: (error) => out.error(error),
      // No acknowledgement will come any more.
      complete: () => out.complete(),
    });
  }

  begin(source: Iterable<Send> | AsyncIterable<Send>): void {
    try {
      this.#isAsync = Symbol.asyncIterator in source;
      this.#iterator =
        Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
    } catch (error) {
      return this.#break(error);
    }
    this.#pull();
  }

  /** Ends the source early, once. */
  leave(): void {
    this.sink.unsubscribe();
    if (this.#isOver) return;
    this.#isOver = true;
    const left = this.#iterator?.return?.();
    // Nobody is subscribed any more who could receive what a `finally` rejects with after the end.
    if (this.#isAsync) Promise.resolve(left).catch(() => {});
  }

  #hear({ topic, payload }: Message): void {
    const { client_pid, ref, outcome } = (payload ?? {}) as Partial<Sent>;
    if (topic === ws.leave && client_pid === this.#client) return this.#out.complete();
    if (topic !== ws.sent || ref !== this.#ref) return;
    this.#unacknowledged--;
    if (outcome === 'dropped') this.#out.complete();
    else this.#pull();
  }

  /** Pulls as long as there is room; an acknowledgement within it, and an item that is awaited, wait for this. */
  #pull(): void {
    while (!this.#isPulling && !this.#isOver && this.#unacknowledged < this.#window) {
      this.#isPulling = true;
      try {
        const item = (this.#iterator as AnyIterator).next();
        if (this.#isAsync) return void Promise.resolve(item).then(this.#arrived, this.#break);
        this.#take(item as IteratorResult<Send>);
      } catch (error) {
        return this.#break(error);
      }
      this.#isPulling = false;
    }
    if (this.#isOver && this.#unacknowledged === 0) this.#out.complete();
  }

  readonly #arrived = (item: IteratorResult<Send>): void => {
    this.#take(item);
    this.#isPulling = false;
    this.#pull();
  };

  #take(item: IteratorResult<Send>): void {
    if (this.#isOver) return;
    try {
      if (item.done) this.#isOver = true;
      else this.#out.next(this.#frameOf(item.value));
    } catch (error) {
      // Within a promise nobody would hear of it. The source has not failed, and is ended by this.
      this.#out.error(error);
    }
  }

  #frameOf(value: Send): Command {
    if (typeof value !== 'object' || value === null) {
      throw new ProcessError('Invalid', `paced: an item is { data }, not ${shown(value)}`);
    }
    const frame = send(this.#client, ws.send, { ...value, ack: this.#ref });
    this.#unacknowledged++;
    return frame;
  }

  /** The source has failed, and is over by that. */
  readonly #break = (error: unknown): void => {
    this.#isOver = true;
    this.#out.error(error);
  };
}

type AnyIterator = Iterator<Send> | AsyncIterator<Send>;

function isPullable(source: unknown): source is Iterable<Send> | AsyncIterable<Send> {
  if (typeof source !== 'object' || source === null) return false;
  return Symbol.iterator in source || Symbol.asyncIterator in source;
}
