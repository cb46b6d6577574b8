import type { Unsubscribable } from 'rxjs';
import type { Pid } from '../../core/index.js';
import { aimOf } from './aimOf.js';
import { type FellowProcess, PAUSE } from './fellowProcess.js';
import { frames } from './frames.js';
import { type Budget, Held } from './held.js';
import type { Home } from './home.js';
import type { Item } from './line.js';

/** What this node sends to a channel whose home is on another node, or is not known: it is held until it has its place. */
export class Outbox {
  readonly #held: Held<Item>;
  readonly #name: string;
  readonly #world: OutboxWorld;
  readonly #homeFellow: () => Pid | undefined;
  #isToDelete = false;
  /** Until the link is tried again. */
  #pause: Unsubscribable | undefined;

  /** `homeFellow`: the fellow at the home, if it is known and elsewhere. */
  constructor(name: string, world: OutboxWorld, homeFellow: () => Pid | undefined) {
    this.#held = new Held(world.budget);
    this.#name = name;
    this.#world = world;
    this.#homeFellow = homeFellow;
  }

  /** Whether it has something for the home. */
  get isEmpty(): boolean {
    return this.#held.size === 0 && !this.#isToDelete;
  }

  /** Holds one more; `false`: there are too many. */
  add(item: Item): boolean {
    return this.#held.add(item);
  }

  /** A home is over before these had places: they are for the next one, and who has waited for that waits no more. */
  takeBack(items: readonly Item[]): void {
    const { pid } = this.#world.own;
    for (const item of items) {
      if (item.isBehind) item.run?.();
      else if (item.from === pid && item.run === undefined) {
        this.#held.add({ ...item, isPlaced: false, entry: undefined });
      }
    }
  }

  /** The home is to delete the channel, behind what it was sent. */
  delete(): void {
    this.#isToDelete = true;
    this.flush();
  }

  /** There is another home, which has nothing of it. */
  again(): void {
    this.#held.again();
    this.flush();
  }

  /** The home has given places to all up to this count. */
  confirm(n: number): void {
    for (const { done } of this.#held.confirm(n)) done?.(undefined);
  }

  /** The home is here: it gets all. */
  moveTo(home: Home, deleted: () => void): void {
    for (const item of this.#held.takeAll()) home.take(item);
    if (this.#isToDelete) home.delete(deleted);
    this.#isToDelete = false;
  }

  /** Sends what was not sent to this home, as far as the link takes it. */
  flush(): void {
    const fellow = this.#homeFellow();
    if (fellow === undefined) return;
    if (this.#held.send((item) => this.#tell(fellow, item))) {
      if (this.#isToDelete) this.#world.own.tell(fellow, frames.delete, [this.#name]);
      this.#isToDelete = false;
      return;
    }
    this.#pause ??= this.#world.after(PAUSE, () => {
      this.#pause = undefined;
      this.flush();
    });
  }

  stop(): void {
    this.#pause?.unsubscribe();
  }

  #tell(fellow: Pid, { n, encoded, message, aiming }: Item): boolean {
    const isRecorded = message !== undefined;
    return this.#world.own.tell(fellow, frames.send, [
      ...([this.#name, n, encoded.plain, message?.key] as const),
      ...([isRecorded, aimOf(aiming)] as const),
    ]);
  }
}

/** By what it is sent. */
export interface OutboxWorld {
  readonly own: FellowProcess;
  /** Of all that is held on this node. */
  readonly budget: Budget;
  after(millis: number, run: () => void): Unsubscribable;
}
