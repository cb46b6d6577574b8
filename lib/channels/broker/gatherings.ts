import type { Unsubscribable } from 'rxjs';
import type { Encoded } from '../messages/encoded.js';
import type { Channel } from '../table/channel.js';
import { Gathering } from '../table/gathering.js';
import type { Sending } from '../table/sending.js';

/** The messages that wait for others of their channel, or for the end of their time, to leave as one frame (B30). */
export class Gatherings {
  /** Invariant: who is in here has a message, and its clock runs. */
  readonly #waiting = new Map<Channel, { gathering: Gathering; clock: Unsubscribable }>();

  constructor(readonly clocks: Clocks) {}

  get size(): number {
    return this.#waiting.size;
  }

  /** Keeps a message for at most so many milliseconds; gives for how many connections it is. */
  add(channel: Channel, encoded: Encoded, options: Sending, millis: number): number {
    const known = this.#waiting.get(channel);
    const gathering = known?.gathering ?? new Gathering(channel);
    const count = gathering.add(encoded, options);
    if (gathering.isFull) this.flush(channel);
    else if (known === undefined && !gathering.isEmpty) {
      const clock = this.clocks.after(millis, () => this.flush(channel));
      this.#waiting.set(channel, { gathering, clock });
    }
    return count;
  }

  /** Sends what waits; before a membership begins or ends, so that it is for whom it was meant. */
  flush(channel: Channel): void {
    const known = this.#waiting.get(channel);
    if (known === undefined) return;
    this.#waiting.delete(channel);
    known.clock.unsubscribe();
    known.gathering.flush();
  }

  flushAll(): void {
    for (const channel of [...this.#waiting.keys()]) this.flush(channel);
  }
}

/** Whose clocks they go by. */
interface Clocks {
  after(millis: number, run: () => void): Unsubscribable;
}
