import type { IncomingMessage } from 'node:http';

/**
 * Who follows the handshakes of a relay, for metrics or traces: from the call of the handler to the answer.
 * Where there is nobody, a handshake costs a look.
 */
export class Followers {
  readonly #followers = new Set<Follower>();
  /** Those that are with their handlers, each with what is called with its answer. */
  readonly #ends = new Map<object, (status: number | undefined) => void>();

  /** @returns what takes it off; handshakes under way are followed to their answer */
  add(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  /** Calls `work`, which asks the handler. */
  serve(handshake: object, request: IncomingMessage, work: () => void): void {
    // It may pass the relay twice.
    if (this.#followers.size === 0 || this.#ends.has(handshake)) return work();
    const followed = [...this.#followers].map((follow) => follow(request));
    this.#ends.set(handshake, (status) => {
      for (const { end } of followed) end(status);
    });
    followed.reduce<() => void>((next, { run }) => (run ? () => run(next) : next), work)();
  }

  /** @param status `undefined` if the client has left before its answer; all but the first are ignored */
  end(handshake: object, status?: number): void {
    const end = this.#ends.get(handshake);
    this.#ends.delete(handshake);
    end?.(status);
  }
}

/** Follows one handshake; called before its handler. */
export type Follower = (request: IncomingMessage) => Followed;

/** A handshake that is followed. */
export interface Followed {
  /** Calls `work`, for example in the context of a span; default: calls it. */
  readonly run?: (work: () => void) => void;
  readonly end: (status: number | undefined) => void;
}
