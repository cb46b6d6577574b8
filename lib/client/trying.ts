import { Subscription } from 'rxjs';
import type { ClientOptions } from './clientOptions.js';
import { type Clock, clockOf } from './clock.js';
import { Stream } from './stream.js';
import { tokensOf } from './tokensOf.js';

/**
 * Something that is tried until it holds, a connection or a membership: with a token, and after a wait again (CC7).
 *
 * Invariant: what is done for it is in `#doing`, and what is not is too late and changes nothing.
 */
export abstract class Trying<S extends { readonly status: string }> {
  /** Where it stands, of a union of states. */
  protected readonly states = new Stream<S>(true);
  readonly state$ = this.states.out$;
  protected tokens = tokensOf();
  /** How many attempts in a row have failed. */
  protected attempt = 0;
  /** A token, an attempt or a wait. */
  #doing = new Subscription();
  /** Since when it holds; `Infinity`: it does not. */
  #since = Infinity;

  declare readonly options: ClientOptions;
  declare readonly clock: Clock;

  constructor(options: ClientOptions, clock: Clock = clockOf(options)) {
    this.options = options;
    this.clock = clock;
    this.states.next({ status: 'idle' } as S);
  }

  protected get state(): S {
    return this.states.kept[0] as S;
  }

  protected isAt(...statuses: readonly S['status'][]): boolean {
    return statuses.includes(this.state.status);
  }

  /** It is tried now. @returns whether it may be */
  protected abstract begin(): boolean;
  /** Tries it with a token. @returns what stops that */
  protected abstract go(token: string | undefined): Subscription;
  /** There is no token, and if `retry` is not false, there may be one later. */
  protected abstract refuse(error: Refusal): void;
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
    this.later(ms, () => this.try());
  }

  /** Does something later, if it has not been tried, begun or ended until then. */
  protected later(ms: number, work: () => void): void {
    this.#doing = this.clock.after(ms, work, this.#doing);
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
    return this.clock.random() * Math.min(cap, base * 2 ** this.attempt);
  }
}

/** Why it cannot be tried. */
export interface Refusal {
  readonly message: string;
  readonly retry?: boolean;
}
