import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Compares tokens with the right one (CL5). What is compared are digests, which takes as long whatever is
 * wrong, and however long it is. After ten wrong ones within a minute all have to wait, the right one as well,
 * or who guesses would know it by that.
 */
export class TokenCheck {
  readonly #digest: Buffer;
  /** When the last wrong ones came, the latest last; `LIMIT` of them at most. */
  #wrong: readonly number[] = [];

  constructor(token: string) {
    this.#digest = digestOf(token);
  }

  /** Milliseconds until the next token is looked at; 0: now. */
  wait(now: number): number {
    const [first] = this.#wrong;
    if (first === undefined || this.#wrong.length < LIMIT) return 0;
    return Math.max(0, first + WINDOW - now);
  }

  /** Whether it is the right one. */
  isRight(token: string, now: number): boolean {
    if (timingSafeEqual(digestOf(token), this.#digest)) return true;
    this.#wrong = [...this.#wrong, now].slice(-LIMIT);
    return false;
  }
}

const LIMIT = 10;
const WINDOW = 60_000;

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
