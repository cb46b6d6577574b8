import { failure } from './channelError.js';
import { firstOf } from './firstOf.js';

/** The token of a connection or of a channel: asked for when there is none, kept until it is refused (CC9). */
export class Tokens {
  #token: string | undefined;
  #refused: string | undefined;

  constructor(readonly provider?: TokenProvider) {}

  /** Gives the token that there is, or a new one; `undefined` where there is no provider. */
  get(take: (token: string | undefined) => void, fail: (error: unknown) => void): void {
    if (this.#token || !this.provider) take(this.#token);
    else this.renew(take, fail);
  }

  /** Asks for a new one. None, or the one that was refused, fails for good. */
  renew(take: (token: string) => void, fail: (error: unknown) => void): void {
    firstOf<string>(
      () => this.provider?.(),
      (token) => {
        if (!token || token === this.#refused) return fail(failure('denied', 'no new token'));
        this.#token = token;
        take(token);
      },
      fail,
    );
  }

  /** The token was refused, or its time is over. */
  refuse(): void {
    this.#refused = this.#token ?? this.#refused;
    this.#token = undefined;
  }
}

/** Gives a token, now or later. */
export type TokenProvider = () => string | undefined | Promise<string | undefined>;
