import { map, Observable, type Subscriber } from 'rxjs';
import { ChannelError, failure } from './channelError.js';
import type { Clock } from './clock.js';
import type { Frame } from './frame.js';
import type { Outgoing } from './outgoing.js';

/** What was asked and has no answer yet (CC6, CP9, CP23). Each is answered once, by the server or by an error. */
export class Requests {
  /** In the order of their ids, which rise as long as the client is there. */
  readonly #pending = new Map<number, Pending>();
  #id = 0;
  /** Whether there is a connection, and who has its session: `unknown` until `resume` is answered. */
  #stage: 'down' | 'unknown' | 'up' = 'down';

  constructor(
    readonly clock: Clock,
    readonly outgoing: Outgoing,
    /** Called before one is made; `false`: the client is closed. */
    readonly wake: () => boolean,
    readonly timeout = 5_000,
  ) {}

  /** Cold: a request for each subscription, which forgets it when it is unsubscribed. */
  ask(
    message: object,
    { once, timeout = this.timeout }: Asking = {},
    waits = true,
  ): Observable<Frame> {
    return new Observable((subscriber) => {
      if (!this.wake()) return subscriber.error(failure('closed', IS_CLOSED));
      if (waits && this.#stage === 'down' && this.#pending.size >= MOST_WAITING) {
        return subscriber.error(failure('overloaded', 'too many requests wait', true));
      }
      const id = ++this.#id;
      const text = JSON.stringify({ ...message, id, ...(once && { once }) });
      const pending = { id, text, once, waits, isSent: false, subscriber };
      this.#pending.set(id, pending);
      subscriber.add(() => this.#pending.delete(id));
      if (timeout < Infinity) {
        const late = `no reply in ${timeout} ms`;
        subscriber.add(this.clock.after(timeout, () => fail(pending, 'timeout', late)));
      }
      this.#offer(pending);
    });
  }

  /** A reply has come; to what nobody waits for any more it is nothing. */
  replied(reply: Frame): void {
    const subscriber = this.#pending.get(reply.id as number)?.subscriber;
    if (!reply.ok) subscriber?.error(new ChannelError(reply.error));
    subscriber?.next(reply);
    subscriber?.complete();
  }

  /** There is a connection; whether the server knows the session is perhaps `unknown` yet. */
  up(stage: 'unknown' | 'up'): void {
    this.#stage = stage;
  }

  /** Sends what waits, but what may have been performed already while the session is unknown. */
  flush(): void {
    for (const pending of [...this.#pending.values()]) if (pending.waits) this.#offer(pending);
  }

  /** `resume` is answered. What may have been performed in a session that is gone is never asked again. */
  resumed(isResumed: boolean): void {
    for (const pending of [...this.#pending.values()]) {
      if (pending.once && pending.isSent && !isResumed) {
        fail(pending, 'outcome_unknown', 'the session is gone; it may have been performed');
      }
    }
    this.#stage = 'up';
    for (const pending of [...this.#pending.values()]) if (pending.once) this.#offer(pending);
  }

  /** The connection is gone. What was sent and is not `once` is over; the others wait for the next one. */
  lost(): void {
    this.#stage = 'down';
    for (const pending of [...this.#pending.values()]) {
      const { once, waits, isSent } = pending;
      if (!waits || (isSent && !once)) fail(pending, 'disconnected', 'the connection has ended');
    }
  }

  closed(): void {
    for (const pending of [...this.#pending.values()]) fail(pending, 'closed', IS_CLOSED);
  }

  #offer(pending: Pending): void {
    const { once, text, waits, subscriber } = pending;
    // What was asked for all may have ended others.
    if (subscriber.closed) return;
    if (this.#stage === 'down') {
      if (!waits) fail(pending, 'disconnected', 'there is no connection');
      return;
    }
    if (once && this.#stage !== 'up') return;
    if (this.outgoing.isTooBig(text)) {
      return fail(pending, 'bad_request', `more than ${this.outgoing.limit} bytes`);
    }
    this.outgoing.push(text, () => {
      pending.isSent = true;
    });
  }
}

const IS_CLOSED = 'the client is closed';

const fail = ({ subscriber }: Pending, code: string, message: string): void =>
  subscriber.error(failure(code, message));

/** The value of the reply to an event. */
export const payloadOf = <R>(reply$: Observable<Frame>): Observable<R> =>
  reply$.pipe(map(({ payload }) => payload as R));

/** The value of the reply to a command. */
export const resultOf = <R>(reply$: Observable<Frame>): Observable<R> =>
  reply$.pipe(map(({ result }) => result as R));

/** Requests that wait for a connection. */
const MOST_WAITING = 100;

/** How a request is made. */
export interface Asking {
  readonly timeout?: number | undefined;
  readonly once?: boolean | undefined;
}

interface Pending {
  readonly id: number;
  readonly text: string;
  /** Asked again in the next connection, if the session is still there. */
  readonly once: boolean | undefined;
  /** For a connection, where there is none. */
  readonly waits: boolean;
  isSent: boolean;
  readonly subscriber: Subscriber<Frame>;
}
