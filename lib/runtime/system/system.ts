import { Observable } from 'rxjs';
import {
  type Behavior,
  type Call,
  type CallOptions,
  checkDestination,
  type Duration,
  durationOption,
  type Exit,
  type ExitInput,
  exitError,
  isNormal,
  type Pid,
  ProcessError,
  type SpawnOptions,
  shown,
  type Topic,
  toExitReason,
} from '../../core/index.js';
import { spawn } from '../process/spawn.js';
import { define } from '../registry/behaviors.js';
import { monitor } from '../ties/monitor.js';
import { groupsApi } from './groupsApi.js';
import { hostsApi } from './hostsApi.js';
import { namesApi } from './namesApi.js';
import { shutdownTimeout, stopAll } from './stopHost.js';
import { kernelOf, type SystemKernel, SystemView } from './systemView.js';

/** A system of processes; make one with `createSystem`. */
export class System extends SystemView {
  readonly #shutdown: { promise?: Promise<void> } = {};
  /** The name registry (§8). */
  readonly names: ReturnType<typeof namesApi>;
  /** Process groups (§9). */
  readonly groups: ReturnType<typeof groupsApi>;
  /** The places processes run in (§11). */
  readonly hosts: ReturnType<typeof hostsApi>;

  /** @internal */
  constructor(kernel: SystemKernel) {
    super(kernel);
    this.names = namesApi(kernel);
    this.groups = groupsApi(kernel);
    this.hosts = hostsApi(kernel);
  }

  /**
   * Starts a process and returns its PID before any of its code runs (S2).
   *
   * @throws ProcessError `NotFound` unknown host or id, `Unavailable` host stopping, `LimitExceeded`
   * host full, `AlreadyExists` name taken, `Invalid` otherwise; then no process was created (S4, S5).
   * @example const pid = system.spawn(echo, { name: 'echo' });
   */
  spawn(behavior: Behavior | string, options?: SpawnOptions): Pid {
    return spawn(this[kernelOf], behavior, options).pid;
  }

  /**
   * Names a behaviour, so that `spawn` can take the id. A second definition replaces the first, for
   * spawns from then on and for running processes once they `self.upgrade()` (U1).
   *
   * @throws ProcessError `Invalid`: an empty id, or no function.
   * @example system.define('chat:room', room);
   */
  define(id: string, behavior: Behavior): void {
    define(this[kernelOf].behaviors, id, behavior);
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
      spawn(this[kernelOf], behavior, options, { observer: { next, complete } });
    });
  }

  /**
   * Asks a process and emits its one reply (M13). Cold. Errors: `Timeout` after 5 s by default,
   * `NotFound`, and `Unavailable` with the exit as cause when the process ends first.
   */
  readonly call: Call = (
    to: Pid | string,
    topic: string,
    payload: unknown,
    options?: CallOptions,
  ): Observable<never> =>
    this[kernelOf].calls.call(undefined, { to, topic, payload }, options) as Observable<never>;

  /** Sends from outside; `false` when there is nobody or the mailbox is full (M5). */
  send<P>(to: Pid | string, topic: Topic<P>, payload?: NoInfer<P>): boolean {
    return this[kernelOf].send(undefined, to, topic, payload);
  }

  /** The exit of a process, once per subscription; of a dead one `noproc`, in a later turn (N2). */
  monitor(target: Pid | string): Observable<Exit> {
    checkDestination(target);
    return new Observable((subscriber) => monitor(this[kernelOf], undefined, target, subscriber));
  }

  /** Asks a process to finish: a CANCEL on its `signals$` (C1); `false` when nobody is there (C4). */
  cancel(target: Pid | string, { reason, deadline }: CancelOptions = {}): boolean {
    if (reason !== undefined && typeof reason !== 'string') {
      throw new ProcessError('Invalid', `the reason of a cancel is a text, not ${shown(reason)}`);
    }
    const kernel = this[kernelOf];
    const due =
      deadline === undefined ? undefined : kernel.uptime() + durationOption('deadline', deadline);
    return kernel.signal(target, { signal: 'cancel', from: undefined, reason, due });
  }

  /** Ends a process whatever it does, with reason `killed` (C3); `false` when nobody is there. */
  terminate(target: Pid | string): boolean {
    return this[kernelOf].terminate(target);
  }

  /** An exit signal (E2): ends a process that does not trap, and is LINK_DOWN for one that does. */
  exit(target: Pid | string, reason: ExitInput): boolean {
    const exit = { signal: 'exit', from: undefined, reason: toExitReason(reason) } as const;
    return this[kernelOf].signal(target, exit);
  }

  /**
   * Closes relays, then stops every host; resolves within the timeout, default 10 s. Afterwards nothing
   * of the system keeps Node alive. A second call is the first; a bad timeout rejects (O3).
   */
  shutdown(options: { readonly timeout?: Duration } = {}): Promise<void> {
    try {
      const millis = shutdownTimeout(options.timeout);
      this.#shutdown.promise ??= stopAll(this[kernelOf], millis);
      return this.#shutdown.promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }
}

/** Options of `cancel` (C1). */
export interface CancelOptions {
  /** Handed on in the CANCEL. */
  readonly reason?: string;
  /** How long until a process that is still alive is terminated; default for ever. */
  readonly deadline?: Duration;
}
