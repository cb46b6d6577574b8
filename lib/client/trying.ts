import { Subscription } from 'rxjs';
import type { ClientOptions } from './clientOptions.js';
import type { Clock } from './clock.js';
import { type TokenProvider, Tokens } from './tokens.js';

/**
 * Something that is tried until it holds, a connection or a membership: with a token, and after a wait again (CC7).
 *
 * Invariant: what is done for it is in `#doing`, and what is not is too late and changes nothing.
 */
export abstract class Trying {
  protected tokens: Tokens;
  /** How many attempts in a row have failed. */
  protected attempt = 0;
  /** A token, an attempt or a wait. */
  #doing = new Subscription();
  /** Since when it holds; `Infinity`: it does not. */
  #since = Infinity;

  constructor(
    readonly options: ClientOptions,
    readonly clock: Clock,
    readonly random: () => number,
    token?: TokenProvider,
  ) {
    this.tokens = new Tokens(token);
  }

  /** It is tried now. @returns whether it may be */
  protected abstract begin(): boolean;
  /** Tries it with a token. @returns what stops that */
  protected abstract go(token: string | undefined): Subscription;
  /** There is no token, and if `retry` is not false, there may be one later. */
  protected abstract refuse(error: { readonly message: string; readonly retry?: boolean }): void;
  /** Tells of an error that belongs to nothing that was asked. */
  abstract report(error: unknown): void;

  protected try(): void {
    this.stop();
    const doing = new Subscription();
    this.#doing = doing;
    if (!this.begin() || doing.closed) return;
    this.tokens.get(
      (token) => {
        if (!doing.closed) doing.add(this.go(token));
      },
      (error) => {
        this.report(error);
        if (!doing.closed) this.refuse(Object(error));
      },
    );
  }

  protected tryIn(ms: number): void {
    this.stop();
    this.#doing = this.clock.after(ms, () => this.try());
  }

  /** It holds. */
  protected began(): void {
    this.stop();
    this.#since = this.clock.now();
  }

  /** It holds no more. What has held for long enough was no failure. */
  protected ended(): void {
    const { stable = 5_000 } = this.options.backoff ?? {};
    this.stop();
    if (this.clock.now() - this.#since >= stable) this.attempt = 0;
    this.#since = Infinity;
  }

  protected stop(): void {
    this.#doing.unsubscribe();
  }

  /** Milliseconds to wait after so many attempts: full jitter, the first time too. */
  protected get pause(): number {
    const { base = 500, cap = 20_000 } = this.options.backoff ?? {};
    return this.random() * Math.min(cap, base * 2 ** this.attempt);
  }
}
