import type { SchedulerLike } from 'rxjs';

/** One direction of a connection: what goes in comes out in its order, after a while, or not at all. */
export class Pipe<Item> {
  readonly #items: Item[] = [];
  /** How many of them have been under way long enough. */
  #due = 0;
  #isStalled = false;
  #isBroken = false;
  /** Milliseconds that each takes. */
  latency = 5;

  constructor(
    readonly clock: SchedulerLike,
    readonly deliver: (item: Item) => void,
  ) {}

  get items(): readonly Item[] {
    return this.#items;
  }

  push(item: Item): void {
    if (this.#isBroken) return;
    this.#items.push(item);
    this.clock.schedule(() => {
      this.#due++;
      this.#run();
    }, this.latency);
  }

  /** Nothing comes out until `release`. */
  stall(): void {
    this.#isStalled = true;
  }

  release(): void {
    this.#isStalled = false;
    this.#run();
  }

  /** So many more come out, and what is behind them is lost. */
  break(kept: number): void {
    for (const item of this.#items.splice(0, kept)) this.deliver(item);
    this.#items.length = 0;
    this.#isBroken = true;
  }

  #run(): void {
    while (this.#due > 0 && !this.#isStalled && this.#items.length > 0) {
      this.#due--;
      this.deliver(this.#items.shift() as Item);
    }
  }
}
