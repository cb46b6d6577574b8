import type { Delivered } from './state.js';

/**
 * Where one session meets the run queue: what is sent and what was delivered come through it, in order with everything
 * else, and are told at the end of the drain. After the end of its session it takes nothing, so what is in the run
 * queue still has no effect.
 */
export class Outlet {
  readonly #queue: LinkQueue;
  readonly #drained: (drain: Drain) => void;
  #drain = new Drain();
  #isPosted = false;
  #isEnded = false;

  constructor(queue: LinkQueue, drained: (drain: Drain) => void) {
    this.#queue = queue;
    this.#drained = drained;
  }

  push(item: Item): void {
    this.#queue.push(this, item);
  }

  /** Takes an item in its turn of the run queue, behind all that was pushed before and has come. */
  receive(item: unknown): void {
    if (this.#isEnded) return;
    this.#drain.add(item as Item);
    if (this.#isPosted) return;
    this.#isPosted = true;
    this.#queue.afterDrain(this.#flush);
  }

  end(): void {
    this.#isEnded = true;
    this.#drain = new Drain();
  }

  readonly #flush = (): void => {
    this.#isPosted = false;
    if (this.#isEnded) return;
    const drain = this.#drain;
    this.#drain = new Drain();
    this.#drained(drain);
  };
}

/** An entry to send; a mark behind the entries of a frame that has come; or the end of all that is sent. */
export type Item = Uint8Array | Delivered | 'bye';

/** What came through an outlet in one drain. */
export class Drain {
  readonly entries: Uint8Array[] = [];
  delivered: Delivered | undefined;
  bye = false;

  add(item: Item): void {
    if (item instanceof Uint8Array) this.entries.push(item);
    else if (item === 'bye') this.bye = true;
    else {
      const { entries = 0, bytes = 0 } = this.delivered ?? {};
      const { number } = item;
      this.delivered = { number, entries: entries + item.entries, bytes: bytes + item.bytes };
    }
  }
}

/** The run queue, as far as a link needs it. */
export interface LinkQueue {
  push(receiver: { receive(item: unknown): void }, item: unknown): void;
  afterDrain(flush: () => void): void;
}
