import { Observable, Subscription } from 'rxjs';
import { Attempts } from './attempts.js';
import { type ChannelError, failure } from './channelError.js';
import type { Dialogue } from './dialogue.js';
import { command } from './frame.js';
import { Tokens } from './tokens.js';

/** Asks for a membership as often as it takes: with a token, by a request, and after a wait again. */
export abstract class Joining<Result> {
  protected tokens = new Tokens();
  readonly #attempts;
  /** What it does: a token, the request or the wait. */
  #doing = Subscription.EMPTY;

  constructor(readonly link: Dialogue) {
    const { clock, random, options } = link;
    this.#attempts = new Attempts(clock, random, options.backoff);
  }

  /** It is to be asked for, as soon as there is a connection. */
  protected abstract asks(): void;
  /** What is asked, beside the token. */
  protected abstract fields(): object;
  protected abstract joined(result: Result): void;
  /** It was refused for now. */
  protected abstract waits(error: ChannelError): void;
  /** It was refused for good. */
  protected abstract failed(error: ChannelError): void;

  /** Asks, if there is a connection. */
  protected ask(): void {
    const { link } = this;
    this.asks();
    if (!link.isUp) return;
    const doing = this.#do(new Subscription());
    this.tokens.get(
      (token) => doing.closed || doing.add(this.#request(token)),
      (error) => {
        const { message, retry = true } = Object(error);
        link.report(error);
        if (!doing.closed) this.refused(failure('denied', message, retry));
      },
    );
  }

  /** There is a membership, asked for or not. */
  protected began(result: Result): void {
    this.#attempts.began();
    this.joined(result);
  }

  /** It was refused or has ended, and is perhaps to be asked for again. */
  protected refused(error: ChannelError): void {
    const attempts = this.#attempts;
    const { code, retry, after = 0 } = error;
    attempts.ended();
    if (code === 'expired') this.tokens.refuse();
    if (!retry) return this.failed(error);
    // The first time there is nothing to wait for.
    const isQuick = !attempts.count && /expired|lagged/.test(code);
    const ms = isQuick ? 0 : after + attempts.pause;
    attempts.count++;
    this.#do(this.link.clock.after(ms, () => this.ask()));
    this.waits(error);
  }

  protected stop(): void {
    this.#doing.unsubscribe();
  }

  /** It is as if it had never asked. */
  protected reset(): void {
    this.stop();
    this.#attempts.reset();
  }

  #do(what: Subscription): Subscription {
    this.stop();
    this.#doing = what;
    return what;
  }

  #request(token: string | undefined): Subscription {
    // The application's `params` may throw, within it.
    const request$ = new Observable<Result>((subscriber) => {
      const message = command('subscribe', { ...this.fields(), token });
      return this.link.ask<Result>(message).subscribe(subscriber);
    });
    return request$.subscribe({
      next: (result) => this.began(result),
      error: (error) => this.refused(error),
    });
  }
}
