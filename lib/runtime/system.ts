import { Observable, type SchedulerLike } from 'rxjs';
import {
  type Behavior,
  type CallOptions,
  type Duration,
  durationOption,
  type Exit,
  type ExitInput,
  exitError,
  isNormal,
  type Pid,
  ProcessError,
  type SpawnOptions,
  type SystemEvent,
  type Topic,
  type TraceEvent,
  toExitReason,
} from '../core/index.js';
import { groupsOf, hostsOf, namesOf } from './facets.js';
import { infoOf, type ProcessInfo } from './info.js';
import type { Kernel } from './kernel.js';
import { monitor } from './monitor.js';
import { stopAll } from './shutdown.js';
import type { CancelOptions } from './signals.js';
import { spawn } from './spawn.js';
import { trace } from './trace.js';
import { type TreeNode, tree } from './tree.js';

/** Reaches the kernel of a system: for the adapters of this library, not for its users. */
export const kernel: unique symbol = Symbol('rx-process.kernel');

/** A system of processes; make one with `createSystem`. */
export class System {
  readonly [kernel]: Kernel;
  readonly #shutdown: { promise?: Promise<void> } = {};
  /** The name registry (§8). */
  readonly names: ReturnType<typeof namesOf>;
  /** Process groups (§9). */
  readonly groups: ReturnType<typeof groupsOf>;
  /** The places processes run in (§11). */
  readonly hosts: ReturnType<typeof hostsOf>;

  /** @internal */
  constructor(core: Kernel) {
    this[kernel] = core;
    this.names = namesOf(core);
    this.groups = groupsOf(core);
    this.hosts = hostsOf(core);
  }

  /** Every spawn, exit, dead letter, drop, handler error and warning, as it happens; never completes. */
  get events$(): Observable<SystemEvent> {
    return this[kernel].events.events$;
  }

  /** The clock and timers that everything in the system uses. */
  get scheduler(): SchedulerLike {
    return this[kernel].scheduler;
  }

  /**
   * Starts a process and returns its PID before any of its code runs (S2).
   *
   * @throws ProcessError `NotFound` unknown host or id, `Unavailable` host stopping, `LimitExceeded`
   * host full, `AlreadyExists` name taken, `Invalid` otherwise; then no process was created (S4, S5).
   * @example const pid = system.spawn(echo, { name: 'echo' });
   */
  spawn(behavior: Behavior | string, options?: SpawnOptions): Pid {
    return spawn(this[kernel], behavior, options).pid;
  }

  /** Names a behaviour, so that `spawn` can take the id; a second definition replaces the first. */
  define(id: string, behavior: Behavior): void {
    if (typeof id !== 'string' || id === '' || typeof behavior !== 'function') {
      throw new ProcessError(
        'Invalid',
        `cannot define ${String(id)}: an id and a function are needed`,
      );
    }
    this[kernel].behaviors.set(id, behavior);
  }

  /**
   * Runs a process and emits what it ended with: `done(value)`'s value, or its error (S7). Cold;
   * unsubscribing leaves the process alone.
   */
  exec(behavior: Behavior | string, options?: SpawnOptions): Observable<unknown> {
    return new Observable((subscriber) => {
      const next = ({ reason, result }: Exit): void => {
        if (isNormal(reason)) subscriber.next(result.value);
        else subscriber.error(exitError(reason));
      };
      const complete = (): void => subscriber.complete();
      spawn(this[kernel], behavior, options, { observer: { next, complete } });
    });
  }

  /**
   * Asks a process and emits its one reply (M13). Cold. Errors: `Timeout` after 5 s by default,
   * `NotFound`, and `Unavailable` with the exit as cause when the process ends first.
   */
  call<R = unknown, P = unknown>(
    to: Pid | string,
    topic: Topic<P>,
    payload: NoInfer<P>,
    options?: CallOptions,
  ): Observable<R> {
    return this[kernel].calls.call(undefined, { to, topic, payload }, options) as Observable<R>;
  }

  /** Sends from outside; `false` when there is nobody or the mailbox is full (M5). */
  send<P>(to: Pid | string, topic: Topic<P>, payload?: NoInfer<P>): boolean {
    return this[kernel].send(undefined, to, topic, payload);
  }

  /** The exit of a process, once per subscription; of a dead one `noproc`, in a later turn (N2). */
  monitor(target: Pid | string): Observable<Exit> {
    return new Observable((subscriber) => monitor(this[kernel], undefined, target, subscriber));
  }

  /** Asks a process to finish: a CANCEL on its `signals$` (C1); `false` when nobody is there (C4). */
  cancel(target: Pid | string, { reason, deadline }: CancelOptions = {}): boolean {
    const at =
      deadline === undefined
        ? undefined
        : this[kernel].now() + durationOption('deadline', deadline);
    return this[kernel].signal(target, { signal: 'cancel', from: undefined, reason, deadline: at });
  }

  /** Ends a process whatever it does, with reason `killed` (C3); `false` when nobody is there. */
  terminate(target: Pid | string): boolean {
    return this[kernel].terminate(target);
  }

  /** An exit signal (E2): ends a process that does not trap, and is LINK_DOWN for one that does. */
  exit(target: Pid | string, reason: ExitInput): boolean {
    const exit = { signal: 'exit', from: undefined, reason: toExitReason(reason) } as const;
    return this[kernel].signal(target, exit);
  }

  /** A snapshot of the living processes (I1). */
  processes(): readonly ProcessInfo[] {
    return [...this[kernel].processes.values()].map(infoOf);
  }

  /** A snapshot of one process, by PID or name; `undefined` when nobody is there (I1). */
  info(target: Pid | string): ProcessInfo | undefined {
    const process = this[kernel].find(target);
    return process && infoOf(process);
  }

  /**
   * Everything that comes to a process and leaves it, as it happens (I2–I4). A PID's trace completes with
   * its exit, at once when nobody is there. Any other text is a pattern of names and behaviours, with
   * `*` and a final `**` as in `listen`: it covers processes spawned or named later, and never
   * completes. Cold, and free of cost while nobody subscribes. Payloads are the very objects, not copies.
   *
   * @throws ProcessError `Invalid` for what is no text, an empty one, or `**` before the end.
   * @example system.trace('room:lobby').subscribe(console.log);
   */
  trace(target: Pid | string): Observable<TraceEvent> {
    return trace(this[kernel], target);
  }

  /** A snapshot of the supervisors and what is below them; a root is one that nobody supervises (V7). */
  tree(): readonly TreeNode[] {
    return tree(this[kernel]);
  }

  /** Stops every host; resolves within the timeout, default 10 s. A second call is the first (O3). */
  shutdown(options: { readonly timeout?: Duration } = {}): Promise<void> {
    this.#shutdown.promise ??= stopAll(this[kernel], options.timeout);
    return this.#shutdown.promise;
  }
}
