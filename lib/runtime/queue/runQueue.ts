import { AsyncResource } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers';
import { Fifo } from '../collections/fifo.js';

/**
 * One queue for everything that happens in a system: messages and signals in the order in which they
 * were sent, so that order per pair of processes holds by construction (M3). One drain loop delivers,
 * never inside a sender's stack (M4), and lets timers and I/O in between batches.
 */
export class RunQueue {
  readonly #seams: Seams;
  /** Pairs, flattened: a receiver, then its item. */
  readonly #queue = new Fifo<unknown>(KEEP);
  #flushes: (() => void)[] = [];
  /** Whether a drain is due or running: it will see whatever is pushed. */
  #due = false;
  #turns = 0;
  #running = false;

  constructor(seams: Seams) {
    this.#seams = seams;
  }

  /** The number of the turn that is running; `undefined` outside of turns, as in a timer. */
  get turn(): number | undefined {
    return this.#running ? this.#turns : undefined;
  }

  /** Whether nothing waits and no drain runs. */
  get idle(): boolean {
    return !this.#due;
  }

  push(receiver: Receiver, item: unknown): void {
    this.#queue.push(receiver);
    this.#queue.push(item);
    if (!this.#due) this.#start();
  }

  /** Runs `flush` once, at the end of the batch that is running or due: adapters join writes so. */
  afterDrain(flush: () => void): void {
    this.#flushes.push(flush);
    if (!this.#due) this.#start();
  }

  /** `run`, in whatever is in force now, for later: what a timer of another clock calls. */
  carried(run: () => void): () => void {
    return run;
  }

  /** Runs what nobody has asked for. */
  unasked(run: () => void): void {
    run();
  }

  /** An entry waits in an outlet from here on, beyond its turn. */
  kept(_entry: object): void {}

  /** Hands over an entry that has waited. */
  resume<T extends object>(keeper: Keeper<T>, entry: T): void {
    keeper.handOver(entry);
  }

  #start(): void {
    this.#due = true;
    this.#seams.defer(this.#drain);
  }

  readonly #drain = (): void => {
    try {
      this.#seams.beforeBatch?.(this.#turns);
      this.#running = true;
      this.#batch();
      this.#flush();
    } finally {
      this.#running = false;
      // Also after a throw: one receiver's defect must not stop every process of the system.
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
        // Nobody's process: it is the observer's own, as rxjs has it.
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
      // Those behind one that throws run in the next batch.
      this.#flushes.unshift(...flushes.slice(done + 1));
      throw error;
    }
  }
}

/** Something that takes what the run queue brings: a process, an outlet, a monitor, a call. */
export interface Receiver {
  receive(item: unknown): void;
  /** Takes what `receive` throws: the crash of the process whose code it was (S8). */
  crash?(error: unknown): void;
}

/** Something that keeps entries beyond the turn that brought them: an outlet. */
export interface Keeper<T> {
  handOver(entry: T): void;
}

/** Where the run queue meets the outside, and the clock of its batches. */
export interface Seams {
  /**
   * Runs a drain outside the current stack, once timers and I/O have had their turn, and in nobody's
   * context: a drain serves everybody, so it must not carry the store of whoever happened to start it.
   */
  defer(drain: () => void): void;
  /** Milliseconds that never go back, to end a batch by; a constant where only turns count. */
  clock(): number;
  /** Called before each batch; a test system throws here when turns never end. */
  beforeBatch?(turnsSoFar: number): void;
}

// Taken once, and from Node itself: timers that a test fakes, before or after the import, do not reach
// the run queue, which would stop.
const now = performance.now.bind(performance);
const startDrain = setImmediate;

// `AsyncLocalStorage.snapshot()` would do the same, and costs twelve times as much for each drain.
const nobody = new AsyncResource('rx-process', { requireManualDestroy: true });

/** Calls a function in the context that this file was loaded in: in no request's. */
export function inNoContext<A extends unknown[], R>(run: (...args: A) => R, ...args: A): R {
  return nobody.runInAsyncScope(run, undefined, ...args);
}

/**
 * The seams of a running system. An immediate runs when all sockets that have something to read have
 * been read, so that one drain serves all of them, and what it writes to a socket leaves at once.
 */
export const liveSeams: Seams = {
  defer: (drain) => void inNoContext(startDrain, drain),
  clock: now,
};

/** Slots that the queue keeps after a burst. */
const KEEP = 65_536;

/**
 * A batch ends after this many milliseconds or turns. Its clock is looked at after the first turn, then
 * at growing distances while turns are fast, at most so many turns apart.
 */
const BATCH = { millis: 10, turns: 65_536, distance: 32 } as const;

/** Twice as many turns as last time, or as many as fit into what is left at their speed. */
function nextDistance(last: number, took: number, left: number): number {
  const fitting = took > 0 ? Math.max(1, Math.floor((last * left) / took)) : BATCH.distance;
  return Math.min(2 * last, fitting, BATCH.distance);
}
