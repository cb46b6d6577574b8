import type { Pid } from '../../core/index.js';
import { Fifo } from '../collections/fifo.js';

/**
 * One queue for everything that happens in a system: messages and signals, in the order in which they
 * were sent, so that the order between two processes holds by itself (M3). One loop, the drain, delivers
 * them, never inside a sender's call stack (M4), and lets timers and I/O run between batches.
 *
 * The room `queue` decides what runs when: begin here; `liveSeams.ts` is its clock and its loop
 * outside of tests, `contextQueue.ts` adds the context of a request, and `tracedQueue.ts` has each message followed.
 */
export class RunQueue {
  readonly #seams: Seams;
  /** Receivers and items by turns: each receiver is followed by its item, so no pair is allocated. */
  readonly #queue = new Fifo<unknown>(KEEP);
  #flushes: (() => void)[] = [];
  /** Whether a drain is due or running; it then takes everything that is pushed meanwhile. */
  #due = false;
  #turns = 0;
  #running = false;
  /** Milliseconds that batches have taken while somebody measured. */
  busy = 0;
  /** How many measure that; without them the clock is not read for it. */
  measuring = 0;

  constructor(seams: Seams) {
    this.#seams = seams;
  }

  /** The number of the turn that is running; `undefined` outside of turns, for example in a timer. */
  get turn(): number | undefined {
    return this.#running ? this.#turns : undefined;
  }

  /** How many turns there were. */
  get turns(): number {
    return this.#turns;
  }

  /** Whether nothing waits and no drain runs. */
  get idle(): boolean {
    return !this.#due;
  }

  /** Whether an item is still to arrive. */
  has(item: object): boolean {
    return this.#queue.has(item);
  }

  push(receiver: Receiver, item: unknown): void {
    this.#queue.push(receiver);
    this.#queue.push(item);
    if (!this.#due) this.#start();
  }

  /** Runs `flush` once at the end of the batch that is running or due, so that adapters can join writes. */
  afterDrain(flush: () => void): void {
    this.#flushes.push(flush);
    if (!this.#due) this.#start();
  }

  // --- what `ContextQueue` overrides; without a context there is nothing to keep ------------------

  /** Binds a function that is called later, for example by a timer, to the context of now (F1). */
  bindContext(run: () => void): () => void {
    return run;
  }

  /** The context of now, for what takes it to another node (D31). */
  get context(): unknown {
    return undefined;
  }

  /** Runs a function in a context that has come from another node. */
  runIn(_context: unknown, run: () => void): void {
    run();
  }

  /** Runs a function in no context, because it belongs to no request (F1, F3). */
  withoutContext<R>(run: () => R): R {
    return run();
  }

  /** Remembers the context of an entry, because it waits in an outlet after its turn has ended. */
  keepContext(_entry: object): void {}

  /** Hands over an entry that has waited, in the context that was remembered for it. */
  resume<T extends object>(keeper: Keeper<T>, entry: T): void {
    keeper.handOver(entry);
  }

  // --- the drain ------------------------------------------------------------------------------------

  #start(): void {
    this.#due = true;
    this.#seams.defer(this.#drain);
  }

  readonly #drain = (): void => {
    const began = this.measuring > 0 ? this.#seams.clock() : undefined;
    try {
      this.#seams.beforeBatch?.(this.#turns);
      this.#running = true;
      this.#batch();
      this.#flush();
    } finally {
      this.#running = false;
      if (began !== undefined) this.busy += this.#seams.clock() - began;
      // This is done after a throw as well, because one faulty receiver must not stop all processes.
      if (this.#queue.size > 0 || this.#flushes.length > 0) this.#seams.defer(this.#drain);
      else this.#due = false;
    }
  };

  #batch(): void {
    const queue = this.#queue;
    let seen = this.#seams.clock();
    const end = seen + BATCH.millis;
    let distance = 1;
    let look = 1;
    for (let turn = 1; queue.size > 0; turn++) {
      const receiver = queue.shift() as Receiver;
      const item = queue.shift();
      this.#turns++;
      try {
        receiver.receive(item);
      } catch (error) {
        // The code belongs to no process, so its error is left to Node, as rxjs does it.
        if (receiver.crash === undefined) throw error;
        receiver.crash(error);
      }
      if (turn !== look) continue;
      const now = this.#seams.clock();
      if (now > end || turn >= BATCH.turns) return;
      distance = Math.min(turn, nextDistance(distance, now - seen, end - now));
      look = Math.min(turn + distance, BATCH.turns);
      seen = now;
    }
  }

  #flush(): void {
    const flushes = this.#flushes;
    if (flushes.length === 0) return;
    this.#flushes = [];
    let done = 0;
    try {
      for (; done < flushes.length; done++) (flushes[done] as () => void)();
    } catch (error) {
      // The flushes behind one that throws run in the next batch.
      this.#flushes.unshift(...flushes.slice(done + 1));
      throw error;
    }
  }
}

/** Something that takes the items of the run queue: a process, an outlet, a monitor, a call. */
export interface Receiver {
  receive(item: unknown): void;
  /** Takes what `receive` throws, and crashes the process whose code has thrown it (S8). */
  crash?(error: unknown): void;
}

/** Something in which entries wait after the turn that has brought them: an outlet. */
export interface Keeper<T> {
  /** Whose it is, if a process's. */
  readonly ownerPid: Pid | undefined;
  handOver(entry: T): void;
}

/** What the run queue needs from outside: a way to run its drain later, and a clock. */
export interface Seams {
  /**
   * Runs a drain outside the current call stack, after timers and I/O, and in no request's context,
   * because a drain serves all processes and must not run with the store of whoever has started it.
   */
  defer(drain: () => void): void;
  /** Milliseconds on a clock that never goes back, to end a batch by; a constant if only turns count. */
  clock(): number;
  /** Called before each batch; a test system throws here if the turns do not come to an end. */
  beforeBatch?(turnsSoFar: number): void;
}

/** How many slots the queue keeps after a burst, 8 MiB: to grow to that again would take as long as all deliveries. */
const KEEP = 2 ** 20;

/**
 * A batch ends after `millis` milliseconds or `turns` turns. The clock is read after the first turn, and
 * then less and less often while turns are fast, but at least after every `distance` turns.
 */
const BATCH = { millis: 10, turns: 65_536, distance: 32 } as const;

/** Twice as many turns as before, but no more than fit into the time that is left at their speed. */
function nextDistance(last: number, took: number, left: number): number {
  const fitting = took > 0 ? Math.max(1, Math.floor((last * left) / took)) : BATCH.distance;
  return Math.min(2 * last, fitting, BATCH.distance);
}
