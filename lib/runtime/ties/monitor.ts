import type { Subscriber, TeardownLogic, Unsubscribable } from 'rxjs';
import { type Exit, type ExitReason, exitResult, type Pid, type Ref } from '../../core/index.js';
import { Notice } from '../mailbox/notice.js';
import type { OutletOwner } from '../mailbox/owner.js';
import type { Source } from '../mailbox/processStream.js';
import type { Receiver, RunQueue } from '../queue/runQueue.js';

/**
 * One monitor, which delivers one EXIT and then completes (N6). Its target and its watcher both know it.
 * Unsubscribing ends it, even if the EXIT is queued already (N4).
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
   * `watcher` is the process whose body has the monitor; `undefined` outside of processes. `target` is
   * `undefined` if nobody is there. The EXIT of a `direct` monitor does not wait behind held messages.
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

  /** Who watches; `undefined` outside of processes. */
  get watcher(): Pid | undefined {
    return this.#watcher?.pid;
  }

  /** Whether it belongs to a call, whose question makes the other node watch as well (D29). */
  get isDirect(): boolean {
    return this.#direct;
  }

  /** Who is watched; `undefined` if nobody was there. */
  get target(): Pid | undefined {
    return this.#target?.pid;
  }

  /** Queues the EXIT, so that it arrives at the watcher in order or, if direct, has a turn of its own. */
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

  /** Completes without an EXIT when the watcher's body ends, so that code which awaits it goes on (E3). */
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

/** A stream that a process's body has asked for. It completes when the body ends. */
export interface Watch {
  abandon(): void;
}

/** A process in its role as the watcher. */
export interface Watcher extends OutletOwner, Receiver {
  readonly pid: Pid;
  readonly running: boolean;
  crash(error: unknown): void;
  watch(watch: Watch): void;
  unwatch(watch: Watch): void;
}

/** A process in its role as the one that is monitored. */
export interface Watched {
  readonly pid: Pid;
  watchedBy(monitor: Monitor): void;
  unwatchedBy(monitor: Monitor): void;
}

/** The kernel, where a target is looked up. */
export interface Directory {
  readonly queue: RunQueue;
  now(): number;
  nextRef(): Ref;
  reach(to: unknown): Watched | undefined;
  absence(to: Pid | string): ExitReason;
}

/** What a monitor hands its EXIT to. */
export type ExitObserver = Pick<Subscriber<Exit>, 'next' | 'complete'>;

/** Monitors a process. If nobody is there, the EXIT comes as well, in a later turn (N2). */
export function monitor(
  directory: Directory,
  watcher: Watcher | undefined,
  to: Pid | string,
  observer: ExitObserver,
  direct = false,
): Monitor {
  const target = directory.reach(to);
  const made = new Monitor(directory.nextRef(), watcher, target, observer, direct);
  if (target === undefined) made.fire(directory.queue, to, directory.now(), directory.absence(to));
  return made;
}

type MonitoringWatcher = Watcher & { readonly kernel: Directory };

/** The source of `self.monitor`: each subscription is a monitor. A closure would take more memory. */
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
