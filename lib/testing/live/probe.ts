import { inspect } from 'node:util';
import { asyncScheduler, finalize, ignoreElements, type Subscription, tap } from 'rxjs';
import {
  type Behavior,
  type Duration,
  durationOption,
  type Message,
  type Pid,
  ProcessError,
  type Self,
  type SpawnOptions,
  type Topic,
} from '../../core/index.js';
import { kernelOf, type System, spawn } from '../../runtime/index.js';

/** A process of a test's own: give its PID to what is tested, and wait for what it is sent. */
export interface Probe {
  readonly pid: Pid;
  /** To send, link or monitor as the probe. */
  readonly self: Self;
  /** Everything that came so far, taken or not. */
  readonly messages: readonly Message[];
  /** Takes the oldest message not yet taken, waiting for one if need be; deadline 2 s by default. */
  next(deadline?: Duration): Promise<Message>;
  /** Takes the oldest message of a topic; messages of other topics stay for later. */
  expect<P>(topic: Topic<P>, deadline?: Duration): Promise<Message<P>>;
}

/**
 * Starts a probe: for promises, async generators, and whatever runs for real. It lives until it is
 * terminated or its system is shut down. Deadlines are real time, also in a `testSystem`, where a
 * message is there as soon as `advance` or `flush` has returned.
 *
 * `next` and `expect` reject with `Timeout`, saying what was waited for and what came instead, and with
 * `Unavailable` when the probe has ended.
 *
 * @example
 * const client = probe(system);
 * system.send(echo, ws.message, { type: 'text', data: 'hi', client_pid: client.pid });
 * const { payload } = await client.expect(ws.send);
 */
export function probe(system: System, options?: SpawnOptions): Probe {
  return new Collector(system, options);
}

/** Somebody who waits for a message. */
interface Waiter {
  readonly wants: (message: Message) => boolean;
  readonly resolve: (message: Message) => void;
  readonly reject: (error: ProcessError) => void;
  readonly clock: Subscription;
}

class Collector implements Probe {
  readonly pid: Pid;
  readonly messages: Message[] = [];
  // Invariant: no waiter wants any message of #untaken.
  readonly #untaken: Message[] = [];
  readonly #waiters = new Set<Waiter>();
  #self: Self | undefined;
  #ended = false;

  constructor(system: System, options: SpawnOptions | undefined) {
    const behavior: Behavior = (inbox, self) => {
      this.#self = self;
      return inbox.pipe(
        tap((message) => this.#arrive(message)),
        ignoreElements(),
        finalize(() => this.#end()),
      );
    };
    // Its first turn runs here and now, so that `self` is there when the test wants it.
    this.pid = spawn(system[kernelOf], behavior, options, { immediate: true }).pid;
  }

  get self(): Self {
    return this.#self as Self;
  }

  next(deadline: Duration = '2s'): Promise<Message> {
    return this.#take('a message', () => true, deadline);
  }

  expect<P>(topic: Topic<P>, deadline: Duration = '2s'): Promise<Message<P>> {
    const wants = (message: Message): boolean => message.topic === topic;
    return this.#take(topic, wants, deadline) as Promise<Message<P>>;
  }

  #take(what: string, wants: Waiter['wants'], deadline: Duration): Promise<Message> {
    const millis = durationOption('deadline', deadline);
    const index = this.#untaken.findIndex(wants);
    const [message] = index < 0 ? [] : this.#untaken.splice(index, 1);
    if (message !== undefined) return Promise.resolve(message);
    if (this.#ended) return Promise.reject(this.#gone());
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiters.delete(waiter);
        const text = `probe ${this.pid}: waited ${millis} ms for ${what}; ${this.#came()}`;
        reject(new ProcessError('Timeout', text));
      };
      const clock = asyncScheduler.schedule(giveUp, millis);
      const waiter = { wants, resolve, reject, clock };
      this.#waiters.add(waiter);
    });
  }

  #arrive(message: Message): void {
    this.messages.push(message);
    for (const waiter of this.#waiters) {
      if (!waiter.wants(message)) continue;
      this.#waiters.delete(waiter);
      waiter.clock.unsubscribe();
      waiter.resolve(message);
      return;
    }
    this.#untaken.push(message);
  }

  #end(): void {
    this.#ended = true;
    for (const { clock, reject } of this.#waiters) {
      clock.unsubscribe();
      reject(this.#gone());
    }
    this.#waiters.clear();
  }

  #gone(): ProcessError {
    return new ProcessError('Unavailable', `probe ${this.pid} has ended; ${this.#came()}`);
  }

  #came(): string {
    if (this.messages.length === 0) return 'nothing came';
    const show = ({ topic, payload }: Message): string =>
      `${topic} ${inspect(payload, { depth: 1, breakLength: Number.POSITIVE_INFINITY }).slice(0, 80)}`;
    const taken = this.messages.length - this.#untaken.length;
    const untaken = this.#untaken.slice(0, 10).map(show).join(', ');
    return `not taken: ${untaken || 'none'}; taken before: ${taken}`;
  }
}
