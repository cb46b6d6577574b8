import { type Keeper, type Receiver, RunQueue, type Seams } from './runQueue.js';

/** A run queue that runs each turn with the store that was in force when the turn was pushed (F1). */
export class ContextQueue extends RunQueue {
  readonly #context: Context;
  /** The store of each entry that waits in an outlet after the turn that has brought it there. */
  readonly #stores = new WeakMap<object, unknown>();

  constructor(seams: Seams, context: Context) {
    super(seams);
    this.#context = context;
  }

  override push(receiver: Receiver, item: unknown): void {
    super.push(this.inContext(receiver, item), item);
  }

  /** A receiver that runs with the store of now. */
  protected inContext(receiver: Receiver, _item: unknown): Receiver {
    return new InContext(this.#context, receiver);
  }

  override bindContext(run: () => void): () => void {
    const store = this.#context.getStore();
    return () => this.#context.run(store, run);
  }

  override get context(): unknown {
    return this.#context.getStore();
  }

  override runIn(context: unknown, run: () => void): void {
    this.#context.run(context, run);
  }

  override withoutContext<R>(run: () => R): R {
    return this.#context.run(undefined, run);
  }

  override keepContext(entry: object): void {
    this.#stores.set(entry, this.#context.getStore());
  }

  override resume<T extends object>(keeper: Keeper<T>, entry: T): void {
    this.#context.run(this.#stores.get(entry), () => keeper.handOver(entry));
  }
}

/** Has the store of a request in force wherever the program works for it, as `AsyncLocalStorage` does. */
export interface Context<T = unknown> {
  /** The store that is in force now. */
  getStore(): T | undefined;
  /** Calls a function with a store in force. */
  run<R>(store: T, callback: () => R): R;
}

/** A receiver with the store in which its turn runs. */
class InContext implements Receiver {
  readonly #context: Context;
  readonly #store: unknown;
  readonly #receiver: Receiver;

  constructor(context: Context, receiver: Receiver) {
    this.#context = context;
    this.#store = context.getStore();
    this.#receiver = receiver;
  }

  receive(item: unknown): void {
    this.#context.run(this.#store, () => this.#receiver.receive(item));
  }

  crash(error: unknown): void {
    if (this.#receiver.crash === undefined) throw error;
    const crash = this.#receiver.crash.bind(this.#receiver);
    this.#context.run(this.#store, () => crash(error));
  }
}
