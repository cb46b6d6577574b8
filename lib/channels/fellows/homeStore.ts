import type { Broker } from '../broker/broker.js';
import type { HistoryPlan } from '../history/historyOptions.js';
import { type Hold, isShared, type Keeper, type SharedStore } from '../history/sharedStore.js';
import { type Item, place } from './line.js';

/**
 * The store of a channel as its home writes it: one that answers at once, whose stream begins anew here, as nobody knows
 * what other homes have shown since; or one that all nodes have in common, which has to be taken first.
 */
export class HomeStore {
  readonly #broker: Broker;
  readonly #name: string;
  readonly #keeper: HomeKeeper;
  #hold: Hold | undefined;

  constructor(broker: Broker, name: string, keeper: HomeKeeper) {
    this.#broker = broker;
    this.#name = name;
    this.#keeper = keeper;
  }

  /** Whether all nodes have it in common. */
  get isShared(): boolean {
    return this.#hold !== undefined;
  }

  /** Opens it; `opened` is called at once or later. */
  open(): void {
    const { histories } = this.#broker;
    const plan = histories.planOf(this.#name);
    const store = plan && histories.storeOf(plan);
    if (plan === undefined || store === undefined) return this.#keeper.opened(new Map());
    if (!isShared(store)) {
      store.forget(this.#name);
      return this.#keeper.opened(new Map());
    }
    this.#take(store, plan);
  }

  #take(store: SharedStore, plan: HistoryPlan): void {
    try {
      const after: Keeper['after'] = (millis, run) => this.#broker.after(millis, run);
      this.#hold = store.take(this.#name, plan, { ...this.#keeper, after });
    } catch (error) {
      this.#broker.report(`the history of ${this.#name}`, error);
      this.#keeper.ended('failed', []);
    }
  }

  /** Gives it a message that is to be recorded; `false`: it has too much to do. */
  give(item: Item): boolean {
    const { message, from: id, n } = item;
    if (message === undefined) return true;
    try {
      if (this.#hold !== undefined) return this.#hold.append({ ...message, origin: { id, n } });
      place(item, this.#broker.histories.of(this.#name)?.append(message));
    } catch (error) {
      // It is larger than the store takes: it gets to everybody, but has no place.
      this.#broker.report(`the history of ${this.#name}`, error);
      place(item, undefined);
    }
    return true;
  }

  /** The channel is deleted: what comes next is another stream. */
  forget(): void {
    const { histories } = this.#broker;
    const plan = histories.planOf(this.#name);
    if (plan !== undefined) histories.storeOf(plan).forget(this.#name);
  }

  /** The home ends. */
  end(): void {
    if (this.#hold === undefined) this.forget();
    else this.#hold.release();
    this.#hold = undefined;
  }
}

/** Whose store it is. */
export type HomeKeeper = Omit<Keeper, 'after'>;
