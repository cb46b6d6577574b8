import { failure } from './channelError.js';
import { firstOf } from './firstOf.js';

/** The token of a connection or of a channel: asked for when there is none, kept until it is refused (CC9). */
export function tokensOf(provider?: TokenProvider): Tokens {
  let token: string | undefined;
  let refused: string | undefined;
  return {
    get: (take, fail) => {
      const use = (given: string | undefined): void => {
        if (provider && (!given || given === refused)) throw failure('denied', 'no new token');
        token = given;
        take(token);
      };
      firstOf(() => token || provider?.(), use, fail);
    },
    renew: (isRefused) => {
      if (isRefused) refused = token ?? refused;
      token = undefined;
    },
  };
}

export interface Tokens {
  /**
   * Gives the token that there is, or a new one; `undefined` where there is no provider. None, and the one that was
   * refused, fail for good; so do throws, also those of `take`.
   */
  get(take: (token: string | undefined) => void, fail: (error: unknown) => void): void;
  /** It is to be another one. @param isRefused whether it may not even be the same again */
  renew(isRefused?: boolean): void;
}

/** Gives a token, now or later. */
export type TokenProvider = () => string | undefined | Promise<string | undefined>;
