import type { Subscriber, TeardownLogic, Unsubscribable } from 'rxjs';
import { type Exit, type ExitReason, exitResult, type Pid, type Ref } from '../../core/index.js';
import { Notice } from '../mailbox/notice.js';
import type { OutletOwner } from '../mailbox/owner.js';
import type { Source } from '../mailbox/processStream.js';
import type { Receiver, RunQueue } from '../queue/runQueue.js';

/**
 * One monitor: one EXIT, then nothing (N6). It stands with its target and its watcher, and leaves
 * both in constant time; unsubscribing is demonitor, also when the EXIT is already
 * queued (N4).
 */
export class Monitor extends Notice implements Receiver, Unsubscribable {
  readonly signal = 'monitor';
  readonly ref: Ref;
  readonly #watcher: Watcher | undefined;
  readonly #target: Watched | undefined;
  readonly #observer: ExitObserver;
  readonly #direct: boolean;
  #exit: Exit | undefined;
  #active = true;

  /**
   * `watcher` is the process that owns the monitor and is torn down with it; `undefined` outside.
   * `target` is `undefined` when there is nobody. A `direct` one never waits behind held messages.
   */
  constructor(
    ref: Ref,
    watcher: Watcher | undefined,
    target: Watched | undefined,
    observer: ExitObserver,
    direct = false,
  ) {
    super();
    this.ref = ref;
    this.#watcher = watcher;
    this.#target = target;
    this.#observer = observer;
    this.#direct = direct;
    watcher?.watch(this);
    target?.watchedBy(this);
  }

  /** Who watches; `undefined` outside any process. */
  get watcher(): Pid | undefined {
    return this.#watcher?.pid;
  }

  /** Who is watched; `undefined` when there was nobody. */
  get target(): Pid | undefined {
    return this.#target?.pid;
  }

  /** Queues the EXIT: in the watcher's order of arrival, or as a turn of its own. */
  fire(queue: RunQueue, from: Pid, at: number, reason: ExitReason): void {
    this.#exit = { kind: 'pid.exit', from, at, ref: this.ref, reason, result: exitResult(reason) };
    queue.push(this.#direct ? this : (this.#watcher ?? this), this);
  }

  receive(): void {
    this.deliver();
  }

  crash(error: unknown): void {
    if (this.#watcher === undefined) throw error;
    this.#watcher.crash(error);
  }

  deliver(): void {
    if (!this.#active) return;
    this.unsubscribe();
    if (!this.#direct) this.#watcher?.tracer?.signal(this.#exit as Exit);
    this.#observer.next(this.#exit as Exit);
    this.#observer.complete();
  }

  /** The watcher has ended: completes without a value, so that a body which awaits it can go on (E3). */
  abandon(): void {
    this.unsubscribe();
    this.#observer.complete();
  }

  unsubscribe(): void {
    if (!this.#active) return;
    this.#active = false;
    this.#watcher?.unwatch(this);
    this.#target?.unwatchedBy(this);
  }
}

/** A stream that the body of a process has asked for: it completes with the body. */
export interface Watch {
  abandon(): void;
}

/** A process as the one whose body watches. */
export interface Watcher extends OutletOwner, Receiver {
  readonly pid: Pid;
  readonly running: boolean;
  crash(error: unknown): void;
  watch(watch: Watch): void;
  unwatch(watch: Watch): void;
}

/** A process as the one that is monitored. */
export interface Watched {
  readonly pid: Pid;
  watchedBy(monitor: Monitor): void;
  unwatchedBy(monitor: Monitor): void;
}

/** Where a target is looked up: the kernel. */
export interface Directory {
  readonly queue: RunQueue;
  now(): number;
  nextRef(): Ref;
  find(to: unknown): Watched | undefined;
  absence(to: Pid | string): ExitReason;
}

/** Who is told of an exit. */
export type ExitObserver = Pick<Subscriber<Exit>, 'next' | 'complete'>;

/** Monitors; of nobody the EXIT comes too, in a later turn (N2). */
export function monitor(
  directory: Directory,
  watcher: Watcher | undefined,
  to: Pid | string,
  observer: ExitObserver,
  direct = false,
): Monitor {
  const target = directory.find(to);
  const made = new Monitor(directory.nextRef(), watcher, target, observer, direct);
  if (target === undefined) made.fire(directory.queue, to, directory.now(), directory.absence(to));
  return made;
}

type MonitoringWatcher = Watcher & { readonly kernel: Directory };

/** The source of `self.monitor`: each subscription is a monitor. A class, as a closure weighs more. */
export class Monitoring implements Source<Exit> {
  readonly #watcher: MonitoringWatcher;
  readonly #target: Pid | string;

  constructor(watcher: MonitoringWatcher, target: Pid | string) {
    this.#watcher = watcher;
    this.#target = target;
  }

  attach(subscriber: Subscriber<Exit>): TeardownLogic {
    const watcher = this.#watcher;
    if (!watcher.running) return subscriber.complete();
    watcher.tracer?.asked('monitor', this.#target);
    return monitor(watcher.kernel, watcher, this.#target, subscriber);
  }
}
