import { Observable, type Subscriber } from 'rxjs';
import { ChannelError, failure } from './channelError.js';
import { Dialler } from './dialler.js';
import type { Frame } from './frame.js';

/**
 * Says and asks by messages in JSON. What is said in one go is one frame (CC12, CP4); what is asked is answered once, by
 * the server or by an error (CC6, CP9, CP23).
 */
export abstract class Dialogue extends Dialler {
  /** What was said and has not left. */
  #items: Item[] = [];
  /** What was asked and has no answer, in the order of the ids, which rise as long as the client is there. */
  readonly #pending = new Map<number, Pending>();
  #id = 0;
  /** Bytes that the server takes as one frame. */
  protected limit = Infinity;

  /** Whether the server takes what is asked; whether it has the session is known when it is `open`. */
  abstract get isUp(): boolean;

  /** Dials, if it was never asked to; `false`: it is closed. */
  awake(): boolean {
    if (this.states.isAt('idle')) this.open();
    return !this.states.isAt('closed');
  }

  /** Says something; `false`: it is not open, or it is too much. */
  push(message: object): boolean {
    return this.states.isAt('open') && this.#push({ text: JSON.stringify(message) });
  }

  /**
   * Asks and waits: for the connection, if there is none, and for the reply, of which it gives the value. Cold: a request
   * for each subscription, which forgets it when it is unsubscribed. Without `asking` it is for this connection and no
   * other, and has no timeout: it is answered, or the connection ends.
   */
  ask<R>(message: object, asking?: Asking): Observable<R> {
    return new Observable((subscriber) => {
      const fail = (code: string): void => subscriber.error(failure(code));
      const { once, timeout = this.options.timeout ?? 5_000 } = asking ?? {};
      if (!this.awake()) return fail('closed');
      if (asking) {
        if (!this.isUp && this.#pending.size >= MOST_WAITING) return fail('overloaded');
        subscriber.add(this.clock.after(timeout, () => fail('timeout')));
      }
      const id = ++this.#id;
      const text = JSON.stringify({ ...message, id, once });
      const pending: Pending = { text, once, waits: asking, subscriber };
      this.#pending.set(id, pending);
      subscriber.add(() => this.#pending.delete(id));
      this.#offer(pending);
    });
  }

  override close(code?: number, reason?: string): void {
    this.#flush();
    super.close(code, reason);
  }

  /** A reply has come; to what nobody waits for any more it is nothing. */
  protected replied({ id, error, result, payload }: Frame): void {
    const subscriber = this.#pending.get(id as number)?.subscriber;
    if (error) subscriber?.error(new ChannelError(error));
    // Of a command the result, of an event the payload.
    subscriber?.next((result ?? payload) as never);
    subscriber?.complete();
  }

  /** Asks what waits, as far as it may be asked. */
  protected askWaiting(): void {
    this.#each((pending) => this.#offer(pending));
  }

  /** It is known whether the server has the session. If not, what it may have performed is never asked again. */
  protected settled(isResumed: boolean): void {
    this.#fail('outcome_unknown', ({ once, isSent }) => once && isSent && !isResumed);
    this.askWaiting();
  }

  /** What was sent and is not `once` is over; the others wait for the next connection. */
  protected lost(): void {
    this.#items = [];
    this.#fail('disconnected', (pending) => {
      pending.isPushed = false;
      return !pending.waits || (pending.isSent && !pending.once);
    });
  }

  protected closed(): void {
    this.#fail('closed', () => true);
  }

  #fail(code: string, where: (pending: Pending) => unknown): void {
    this.#each((pending) => {
      if (where(pending)) pending.subscriber.error(failure(code));
    });
  }

  /** What is answered for one may end others, or ask more. */
  #each(work: (pending: Pending) => void): void {
    for (const pending of [...this.#pending.values()]) work(pending);
  }

  /** What may have been performed waits until it is known whether the server has the session. */
  #offer(pending: Pending): void {
    const { once, isPushed, subscriber } = pending;
    if (isPushed || subscriber.closed || !(once ? this.states.isAt('open') : this.isUp)) return;
    pending.isPushed = this.#push(pending);
    if (!pending.isPushed) subscriber.error(failure('bad_request', 'too big'));
  }

  #push(item: Item): boolean {
    const fits = this.#fits(item.text);
    if (fits && this.#items.push(item) === 1) this.clock.soon(() => this.#flush());
    return fits;
  }

  #flush(): void {
    const items = this.#items;
    this.#items = [];
    while (items.length > 0) {
      const batch = items.splice(0, MOST_JOINED).map((item) => {
        item.isSent = true;
        return item.text;
      });
      const joined = batch.length > 1 ? `[${batch}]` : `${batch}`;
      for (const text of this.#fits(joined) ? [joined] : batch) this.write(text);
    }
  }

  #fits(text: string): boolean {
    return new TextEncoder().encode(text).length <= this.limit;
  }
}

/** Requests that wait for a connection. */
const MOST_WAITING = 100;
/** Messages of a frame. */
const MOST_JOINED = 64;

/** How something is asked. */
export interface Asking {
  readonly timeout?: number | undefined;
  readonly once?: boolean | undefined;
}

interface Item {
  readonly text: string;
  /** Whether it has left, over any connection. */
  isSent?: boolean;
}

interface Pending extends Item {
  /** Asked again over the next connection, if the session is still there. */
  readonly once: boolean | undefined;
  /** For a connection, where there is none. */
  readonly waits: unknown;
  /** Whether it was given to this connection. */
  isPushed?: boolean;
  readonly subscriber: Subscriber<never>;
}
