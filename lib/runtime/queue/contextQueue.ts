import { type Keeper, type Receiver, RunQueue, type Seams } from './runQueue.js';

/** A run queue whose every turn has the store in force that was in force when it was asked for (F1). */
export class ContextQueue extends RunQueue {
  readonly #context: Context;
  /** The stores of what waits in outlets, beyond the turn that brought it there. */
  readonly #kept = new WeakMap<object, unknown>();

  constructor(seams: Seams, context: Context) {
    super(seams);
    this.#context = context;
  }

  override push(receiver: Receiver, item: unknown): void {
    super.push(new Carried(this.#context, receiver), item);
  }

  override carried(run: () => void): () => void {
    const store = this.#context.getStore();
    return () => this.#context.run(store, run);
  }

  override unasked(run: () => void): void {
    this.#context.run(undefined, run);
  }

  override kept(entry: object): void {
    this.#kept.set(entry, this.#context.getStore());
  }

  override resume<T extends object>(keeper: Keeper<T>, entry: T): void {
    this.#context.run(this.#kept.get(entry), () => keeper.handOver(entry));
  }
}

/** What carries the context of a request through a program: an `AsyncLocalStorage` is one. */
export interface Context<T = unknown> {
  /** The store that is in force now. */
  getStore(): T | undefined;
  /** Calls a function with a store in force. */
  run<R>(store: T, callback: () => R): R;
}

/** A receiver and the store for its turn. */
class Carried implements Receiver {
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
