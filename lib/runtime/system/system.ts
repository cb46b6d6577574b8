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
  knownOptions,
  type PayloadArgs,
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
import { kernelFor, kernelOf, type SystemKernel, SystemView } from './systemView.js';

/** A system of processes; make one with `createSystem`. */
export class System extends SystemView {
  readonly #shutdown: { promise?: Promise<void> } = {};
  /** The name registry (§8). */
  readonly names: ReturnType<typeof namesApi>;
  /** Process groups (§9). */
  readonly groups: ReturnType<typeof groupsApi>;
  /** The named places in which processes run (§11). */
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
   * @throws ProcessError `NotFound` (unknown host or id), `Unavailable` (the host stops), `LimitExceeded`
   * (the host is full), `AlreadyExists` (the name is taken) or `Invalid`; then there is no process (S4, S5).
   * @example const pid = system.spawn(echo, { name: 'echo' });
   */
  spawn(behavior: Behavior | string, options?: SpawnOptions): Pid {
    return spawn(kernelFor(this, 'spawn'), behavior, options).pid;
  }

  /**
   * The PID of the process that has a name, or else of one that is spawned under it (S9). The options are
   * for the new one only.
   *
   * @throws ProcessError as `spawn`, but for `AlreadyExists`.
   * @example const room = system.ensure(`room:${name}`, chatRoom);
   */
  ensure(
    name: string,
    behavior: Behavior | string,
    options?: Omit<SpawnOptions, 'name' | 'orSignal'>,
  ): Pid {
    kernelFor(this, 'ensure');
    return this.names.lookup(name) ?? this.spawn(behavior, { ...options, name });
  }

  /**
   * Gives a behaviour an id, which `spawn` takes. A second definition replaces the first: later spawns use
   * it at once, and running processes when they call `self.upgrade()` (U1).
   *
   * @throws ProcessError `Invalid` for an empty id or for what is not a function.
   * @example system.define('chat:room', room);
   */
  define(id: string, behavior: Behavior): void {
    define(kernelFor(this, 'define').behaviors, id, behavior);
  }

  /**
   * Runs a process and emits the value of its `done(value)`, or fails with its error (S7). Cold; to
   * unsubscribe does not end the process.
   */
  exec(behavior: Behavior | string, options?: SpawnOptions): Observable<unknown> {
    const kernel = kernelFor(this, 'exec');
    return new Observable((subscriber) => {
      const next = ({ reason, result }: Exit): void => {
        if (isNormal(reason)) subscriber.next(result.value);
        else subscriber.error(exitError(reason));
      };
      const complete = (): void => subscriber.complete();
      spawn(kernel, behavior, options, { observer: { next, complete } });
    });
  }

  /**
   * Sends a message and emits the one reply to it (M13). Cold. Errors: `Timeout`, by default after 5 s,
   * `NotFound`, and `Unavailable`, with the exit as its cause if the process ends first.
   */
  readonly call: Call = (
    to: Pid | string,
    topic: string,
    payload?: unknown,
    options?: CallOptions,
  ): Observable<never> =>
    this[kernelOf].calls.call(undefined, { to, topic, payload }, options) as Observable<never>;

  /** Sends a message from outside; `false` if nobody is there or the mailbox is full (M5). */
  send<P>(to: Pid | string, topic: Topic<P>, ...payload: PayloadArgs<P>): boolean;
  send(to: Pid | string, topic: string, payload?: unknown): boolean {
    return kernelFor(this, 'send').send(undefined, to, topic, payload);
  }

  /** Emits the exit of a process and completes; if it is dead already, `noproc` in a later turn (N2). */
  monitor(target: Pid | string): Observable<Exit> {
    const kernel = kernelFor(this, 'monitor');
    checkDestination(target);
    return new Observable((subscriber) => monitor(kernel, undefined, target, subscriber));
  }

  /** Asks a process to end, by a CANCEL on its `signals$` (C1); `false` if nobody is there (C4). */
  cancel(target: Pid | string, options: CancelOptions = {}): boolean {
    knownOptions('cancel', options, { reason: true, deadline: true });
    const { reason, deadline } = options;
    if (reason !== undefined && typeof reason !== 'string') {
      throw new ProcessError('Invalid', `the reason of a cancel is a text, not ${shown(reason)}`);
    }
    const kernel = kernelFor(this, 'cancel');
    const due =
      deadline === undefined ? undefined : kernel.uptime() + durationOption('deadline', deadline);
    return kernel.signal(target, { signal: 'cancel', from: undefined, reason, due });
  }

  /** Ends a process with the reason `killed`, whatever it does (C3); `false` if nobody is there. */
  terminate(target: Pid | string): boolean {
    return kernelFor(this, 'terminate').terminate(target);
  }

  /** Sends an exit signal, which ends a process or, if it traps links, is a LINK_DOWN for it (E2). */
  exit(target: Pid | string, reason: ExitInput): boolean {
    const exit = { signal: 'exit', from: undefined, reason: toExitReason(reason) } as const;
    return kernelFor(this, 'exit').signal(target, exit);
  }

  /**
   * Closes relays, then stops every host; resolves within the timeout, default 10 s. Afterwards nothing
   * of the system keeps Node alive. A second call returns the same promise; a bad timeout rejects (O3).
   */
  shutdown(options: { readonly timeout?: Duration | undefined } = {}): Promise<void> {
    try {
      const kernel = kernelFor(this, 'shutdown');
      knownOptions('shutdown', options, { timeout: true });
      const millis = shutdownTimeout(options.timeout);
      this.#shutdown.promise ??= stopAll(kernel, millis);
      return this.#shutdown.promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }
}

/** Options of `cancel` (C1). */
export interface CancelOptions {
  /** The reason in the CANCEL. */
  readonly reason?: string | undefined;
  /** After this time a process that still lives is terminated; default: never. */
  readonly deadline?: Duration | undefined;
}
