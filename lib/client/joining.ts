import { Observable, Subscription } from 'rxjs';
import { backOff } from './backOff.js';
import { type ChannelError, failure } from './channelError.js';
import { command, type Frame } from './frame.js';
import type { Link } from './link.js';
import { type TokenProvider, Tokens } from './tokens.js';

/** Asks for a membership as often as it takes: with a token, by a request, and after a wait again. */
export class Joining<Result> {
  #tokens = new Tokens(undefined);
  /** What it is doing: a token, the request or the wait. */
  #doing = Subscription.EMPTY;
  #attempt = 0;
  /** Since when there is a membership. */
  #since = Infinity;

  constructor(
    readonly link: Link,
    readonly role: JoiningRole<Result>,
  ) {}

  setToken(provider: TokenProvider | undefined): void {
    this.#tokens = new Tokens(provider);
  }

  /** Asks, unless there is no connection. */
  ask(): void {
    const { link } = this;
    this.#doing.unsubscribe();
    if (!link.isUp) {
      link.wake();
      return;
    }
    const doing = new Subscription();
    this.#doing = doing;
    this.#tokens.get(
      (token) => doing.closed || doing.add(this.#request(token)),
      (error) => {
        const { message, retry = true } = Object(error);
        link.report(error);
        if (!doing.closed) this.refused(failure('denied', `${message}`, retry));
      },
    );
  }

  #request(token: string | undefined): Subscription {
    const { link, role } = this;
    const request$ = new Observable<Frame>((subscriber) => {
      // Within it, because the application's `params` may throw. It is answered, or the connection ends: no timeout.
      const message = command('subscribe', { ...role.fields(), token });
      return link.requests.ask(message, { timeout: Infinity }, false).subscribe(subscriber);
    });
    return request$.subscribe({
      next: ({ result }) => {
        this.began();
        role.joined(result as Result);
      },
      error: (error) => this.refused(error),
    });
  }

  /** There is a membership. */
  began(): void {
    this.#since = this.link.clock.now();
  }

  /** It was refused, or is over, and perhaps to be asked for again. */
  refused(error: ChannelError): void {
    const { link, role } = this;
    const { code, retry, after = 0 } = error;
    const { backoff = {} } = link.options;
    if (link.clock.now() - this.#since >= (backoff.stable ?? 5_000)) this.#attempt = 0;
    this.#since = Infinity;
    if (code === 'expired') this.#tokens.refuse();
    if (!retry) return role.failed(error);
    const isQuick = this.#attempt === 0 && (code === 'expired' || code === 'lagged');
    const ms = isQuick ? 0 : after + backOff(backoff, link.random, this.#attempt);
    this.#attempt++;
    this.#doing = link.clock.after(ms, () => role.again());
    role.waits(error);
  }

  /** Nothing more is done. */
  stop(): void {
    this.#doing.unsubscribe();
  }

  /** As if it had never asked. */
  reset(): void {
    this.stop();
    this.#attempt = 0;
    this.#since = Infinity;
  }
}

/** Whose membership it is. */
export interface JoiningRole<Result> {
  /** What is asked, beside the token. */
  fields(): object;
  joined(result: Result): void;
  /** It was refused for now. */
  waits(error: ChannelError): void;
  /** The wait is over. */
  again(): void;
  /** It was refused for good. */
  failed(error: ChannelError): void;
}
