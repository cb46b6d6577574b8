import { EMPTY, type Observable, type SchedulerLike } from 'rxjs';
import {
  type Behavior,
  type CallOptions,
  checkDestination,
  type Exit,
  type ExitInput,
  type GroupEvent,
  type GroupOptions,
  knownOptions,
  type Message,
  type Pid,
  ProcessError,
  type ProcessSignal,
  type Releasing,
  release,
  type Self,
  type Spawned,
  type SpawnOptions,
  scopeOf,
  shown,
  type Topic,
  toExitReason,
  unbound,
} from '../../core/index.js';
import { ProcessStream, type Source } from '../mailbox/processStream.js';
import { groupStream } from '../registry/groupWatch.js';
import { Monitoring } from '../ties/monitor.js';
import { linkToNobody, requestLink, requestUnlink } from '../ties/requestLink.js';
import type { Process } from './process.js';
import { spawn } from './spawn.js';
import { spawnWatched } from './spawnWatched.js';
import { upgrade } from './upgrade.js';

/** `Self` of a process. After the process has ended, no call here has an effect (E3). */
export class ProcessSelf implements Self, Releasing {
  readonly #process: Process;

  constructor(process: Process) {
    this.#process = process;
  }

  static processOf(self: Self): Process | undefined {
    return #process in self ? self.#process : undefined;
  }

  get pid(): Pid {
    return this.#process.pid;
  }

  get args(): readonly unknown[] {
    return this.#process.args;
  }

  get signals$(): Observable<ProcessSignal> {
    const process = this.#process;
    return process.running ? new ProcessStream(process, process.signals) : EMPTY;
  }

  get abortSignal(): AbortSignal {
    return this.#process.abortSignal;
  }

  get scheduler(): SchedulerLike {
    return this.#process.kernel.scheduler;
  }

  spawn(behavior: Behavior | string, options?: SpawnOptions): Pid {
    const parent = ProcessSelf.#living(this, 'spawn');
    return spawn(parent.kernel, behavior, options, { parent }).pid;
  }

  spawnLinked(behavior: Behavior | string, options?: SpawnOptions): Spawned {
    return spawnWatched(ProcessSelf.#living(this, 'spawnLinked'), behavior, options, true);
  }

  spawnMonitored(behavior: Behavior | string, options?: SpawnOptions): Spawned {
    return spawnWatched(ProcessSelf.#living(this, 'spawnMonitored'), behavior, options, false);
  }

  send(to: Pid | string, topic: string, payload?: unknown): boolean {
    const process = ProcessSelf.#of(this, 'send');
    if (process.ended) return false;
    const taken = process.kernel.send(process.pid, to, topic, payload);
    process.tracer?.sent({ type: 'send', to, topic, payload }, taken);
    return taken;
  }

  call(
    to: Pid | string,
    topic: string,
    payload?: unknown,
    options?: CallOptions,
  ): Observable<never> {
    const process = ProcessSelf.#of(this, 'call');
    const question = { to, topic, payload };
    return process.kernel.calls.call(process, question, options) as Observable<never>;
  }

  listen<P>(pattern: Topic<P>): Observable<Message<P>> {
    const process = ProcessSelf.#of(this, 'listen');
    return new ProcessStream(process, process.mailbox.listening(pattern) as Source<Message<P>>);
  }

  monitor(target: Pid | string): Observable<Exit> {
    const process = ProcessSelf.#of(this, 'monitor');
    checkDestination(target);
    return new ProcessStream(process, new Monitoring(process, target));
  }

  link(target: Pid | string): void {
    const process = ProcessSelf.#living(this, 'link');
    process.tracer?.asked('link', target);
    const peer = process.kernel.reach(target);
    if (peer !== undefined) requestLink(process, peer);
    else linkToNobody(process, target, process.kernel.absence(target));
  }

  unlink(target: Pid | string): void {
    const process = ProcessSelf.#of(this, 'unlink');
    process.tracer?.asked('unlink', target);
    requestUnlink(process, process.kernel.reach(target), target);
  }

  setOptions(options: { readonly trapLinks: boolean }): void {
    const process = ProcessSelf.#of(this, 'setOptions');
    knownOptions('setOptions', options, SELF_OPTIONS);
    const given: unknown = options.trapLinks;
    if (typeof given !== 'boolean') {
      throw new ProcessError('Invalid', `trapLinks is true or false, not ${shown(given)}`);
    }
    process.trapLinks = given;
  }

  register(name: string): void {
    const process = ProcessSelf.#living(this, 'register');
    // While the process ends, its names have been released already (R4).
    if (!process.running) throw new ProcessError('NotFound', `cannot register ${name}: ending`);
    process.tracer?.asked('register', name);
    process.kernel.names.register(name, process);
  }

  join(group: string, options: GroupOptions = {}): void {
    const process = ProcessSelf.#living(this, 'join');
    // While the process ends, it has left its groups already (G3).
    if (!process.running) throw new ProcessError('NotFound', `cannot join ${group}: ending`);
    process.tracer?.asked('join', group);
    process.kernel.groups.join({ group, scope: scopeOf('join', options) }, [process]);
  }

  leave(group: string, options: GroupOptions = {}): void {
    const process = ProcessSelf.#of(this, 'leave');
    if (!process.running) return;
    process.tracer?.asked('leave', group);
    process.kernel.groups.leave({ group, scope: scopeOf('leave', options) }, [process]);
  }

  monitorGroup(group: string, options: GroupOptions = {}): Observable<GroupEvent> {
    const process = ProcessSelf.#of(this, 'monitorGroup');
    return groupStream(process, { group, scope: scopeOf('monitorGroup', options) });
  }

  upgrade(id?: string, state?: unknown): void {
    const process = ProcessSelf.#living(this, 'upgrade');
    process.tracer?.asked('upgrade', id ?? process.id ?? '');
    upgrade(process, id, state);
  }

  exit(reason: ExitInput): void {
    const process = ProcessSelf.#of(this, 'exit');
    const why = toExitReason(reason);
    if (process.running) process.tracer?.sent({ type: 'exit', reason: why }, true);
    process.end(why);
  }

  [release](): void {
    this.#process.completeStreams();
  }

  /** The process of a `self`. @throws ProcessError `Invalid` where a method was called without one. */
  static #of(self: ProcessSelf, method: string): Process {
    try {
      return self.#process;
    } catch {
      throw unbound('self', method);
    }
  }

  static #living(self: ProcessSelf, method: string): Process {
    const process = ProcessSelf.#of(self, method);
    if (!process.ended) return process;
    throw new ProcessError('Unavailable', `the process ${process.pid} has ended`);
  }
}

/** Makes a `Self`. A kernel is given this function, because an import would make a circle of files. */
export const newSelf = (process: Process): Self => new ProcessSelf(process);

const SELF_OPTIONS = { trapLinks: true } as const;
