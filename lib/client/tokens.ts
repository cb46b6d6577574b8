import { failure } from './channelError.js';
import { firstOf } from './firstOf.js';

/** The token of a connection or of a channel: asked for when there is none, kept until it is refused (CC9). */
export class Tokens {
  #token: string | undefined;
  #refused: string | undefined;

  constructor(readonly provider?: TokenProvider) {}

  /**
   * Gives the token that there is, or a new one; `undefined` where there is no provider. None, and the one that was
   * refused, fail for good; so do throws, also those of `take`.
   */
  get(take: (token: string | undefined) => void, fail: (error: unknown) => void): void {
    const { provider } = this;
    firstOf<string | undefined>(
      () => this.#token || provider?.(),
      (token) => {
        if (provider && (!token || token === this.#refused))
          throw failure('denied', 'no new token');
        this.#token = token;
        take(token);
      },
      fail,
    );
  }

  /** It is to be another one. @param isRefused whether it may not even be the same again */
  renew(isRefused = false): void {
    if (isRefused) this.#refused = this.#token ?? this.#refused;
    this.#token = undefined;
  }
}

/** Gives a token, now or later. */
export type TokenProvider = () => string | undefined | Promise<string | undefined>;
