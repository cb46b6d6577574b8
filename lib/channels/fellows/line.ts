import type { Pid } from '../../core/index.js';
import type { Aiming } from '../broker/fellowsPort.js';
import type { Entry, Recordable } from '../history/historyStore.js';
import type { Encoded } from '../messages/encoded.js';

/**
 * The messages of a channel on their way to their places, in one order: what is recorded waits until the store has it, and
 * what is behind that waits with it (B18).
 */
export class Line {
  readonly #items: Item[] = [];
  readonly #give: (item: Item) => boolean;
  readonly #show: (item: Item) => void;
  readonly #later: (run: () => void) => unknown;
  /** How many of them the store was given. */
  #given = 0;
  #isBusy = false;
  #isTriedLater = false;

  /**
   * `give`: the store takes it, and may have an entry for it at once; `show`: its turn has come; `later`: calls back
   * when a store that has too much to do, maybe of other channels, is to be tried again.
   */
  constructor(
    give: (item: Item) => boolean,
    show: (item: Item) => void,
    later: (run: () => void) => unknown,
  ) {
    this.#give = give;
    this.#show = show;
    this.#later = later;
  }

  get items(): readonly Item[] {
    return this.#items;
  }

  add(item: Item): void {
    this.#items.push(item);
    this.advance();
  }

  /** Does something in its turn, where it is no message. */
  turn(run: () => void, isBehind = false): void {
    this.add({ message: undefined, run, isBehind } as Item);
  }

  /** Does something once all that is in the line has its place; at once where there is nothing. */
  behind(run: () => void): void {
    if (this.#items.length === 0) run();
    else this.turn(run, true);
  }

  /** The store has a place for the first that waits for one. */
  placed(entry: Entry): void {
    const item = this.#items.find(({ isPlaced }) => !isPlaced);
    if (item !== undefined) place(item, entry);
    this.advance();
  }

  /** Does what is possible now. What a user's code sends meanwhile gets its place behind that. */
  advance(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (;;) {
        this.#giveAll();
        const [item] = this.#items;
        if (item?.isPlaced !== true) return;
        this.#items.shift();
        this.#given--;
        this.#show(item);
      }
    } finally {
      this.#isBusy = false;
    }
  }

  #giveAll(): void {
    for (; this.#given < this.#items.length; this.#given++) {
      const item = this.#items[this.#given] as Item;
      if (item.message === undefined) item.isPlaced = true;
      else if (!this.#give(item)) return this.#tryLater();
    }
  }

  #tryLater(): void {
    if (this.#isTriedLater) return;
    this.#isTriedLater = true;
    this.#later(() => {
      this.#isTriedLater = false;
      this.advance();
    });
  }
}

/** A message has its place. */
export function place(item: Item, entry: Entry | undefined): void {
  item.entry = entry;
  item.isPlaced = true;
}

/** A message of a channel on its way: who has sent it, and as the how manieth. */
export interface Item {
  readonly encoded: Encoded;
  /** As it is to be recorded; `undefined`: it is not. */
  readonly message: Recordable | undefined;
  readonly aiming: Aiming;
  /** The fellow of its node. */
  readonly from: Pid;
  readonly n: number;
  /** Characters of its text. */
  readonly size: number;
  readonly done?: ((offset: number | undefined) => void) | undefined;
  /** What is done in its turn, where it is no message. */
  readonly run?: () => void;
  /** Whether that is done even if the home ends before. */
  readonly isBehind?: boolean;
  isPlaced?: boolean;
  entry?: Entry | undefined;
  /** To how many connections of the home's node it was sent. */
  count?: number;
}
