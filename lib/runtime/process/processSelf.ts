import { AsyncSubject, EMPTY, type Observable, type SchedulerLike } from 'rxjs';
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
} from '../../core/index.js';
import { ProcessStream, type Source } from '../mailbox/processStream.js';
import { groupStream } from '../registry/groupWatch.js';
import { Monitoring } from '../ties/monitor.js';
import { linkToNobody, requestLink, requestUnlink } from '../ties/requestLink.js';
import type { Process } from './process.js';
import { spawn } from './spawn.js';
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
    return spawn(this.#living().kernel, behavior, options, { parent: this.#process }).pid;
  }

  spawnLinked(behavior: Behavior | string, options?: SpawnOptions): Spawned {
    return this.#spawnWatched(behavior, options, true);
  }

  spawnMonitored(behavior: Behavior | string, options?: SpawnOptions): Spawned {
    return this.#spawnWatched(behavior, options, false);
  }

  send(to: Pid | string, topic: string, payload?: unknown): boolean {
    const process = this.#process;
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
    const { calls } = this.#process.kernel;
    return calls.call(this.#process, { to, topic, payload }, options) as Observable<never>;
  }

  listen<P>(pattern: Topic<P>): Observable<Message<P>> {
    const source = this.#process.mailbox.listening(pattern);
    return new ProcessStream(this.#process, source as Source<Message<P>>);
  }

  monitor(target: Pid | string): Observable<Exit> {
    checkDestination(target);
    return new ProcessStream(this.#process, new Monitoring(this.#process, target));
  }

  link(target: Pid | string): void {
    const { kernel, tracer } = this.#living();
    tracer?.asked('link', target);
    const peer = kernel.find(target);
    if (peer !== undefined) requestLink(this.#process, peer);
    else linkToNobody(this.#process, target, kernel.absence(target));
  }

  unlink(target: Pid | string): void {
    this.#process.tracer?.asked('unlink', target);
    requestUnlink(this.#process, this.#process.kernel.find(target), target);
  }

  setOptions(options: { readonly trapLinks: boolean }): void {
    knownOptions('setOptions', options, { trapLinks: true });
    const given: unknown = options.trapLinks;
    if (typeof given !== 'boolean') {
      throw new ProcessError('Invalid', `trapLinks is true or false, not ${shown(given)}`);
    }
    this.#process.trapLinks = given;
  }

  register(name: string): void {
    const process = this.#living();
    // While the process ends, its names have been released already (R4).
    if (!process.running) throw new ProcessError('NotFound', `cannot register ${name}: ending`);
    process.tracer?.asked('register', name);
    process.kernel.names.register(name, process);
  }

  join(group: string, options: GroupOptions = {}): void {
    const process = this.#living();
    // While the process ends, it has left its groups already (G3).
    if (!process.running) throw new ProcessError('NotFound', `cannot join ${group}: ending`);
    process.tracer?.asked('join', group);
    process.kernel.groups.join({ group, scope: scopeOf('join', options) }, [process]);
  }

  leave(group: string, options: GroupOptions = {}): void {
    const process = this.#process;
    if (!process.running) return;
    process.tracer?.asked('leave', group);
    process.kernel.groups.leave({ group, scope: scopeOf('leave', options) }, [process]);
  }

  monitorGroup(group: string, options: GroupOptions = {}): Observable<GroupEvent> {
    return groupStream(this.#process, { group, scope: scopeOf('monitorGroup', options) });
  }

  upgrade(id?: string, state?: unknown): void {
    const process = this.#living();
    process.tracer?.asked('upgrade', id ?? process.id ?? '');
    upgrade(process, id, state);
  }

  exit(reason: ExitInput): void {
    const process = this.#process;
    const why = toExitReason(reason);
    if (process.running) process.tracer?.sent({ type: 'exit', reason: why }, true);
    process.end(why);
  }

  [release](): void {
    this.#process.completeStreams();
  }

  #spawnWatched(
    behavior: Behavior | string,
    options: SpawnOptions | undefined,
    linked: boolean,
  ): Spawned {
    // An AsyncSubject, because the monitor exists from the spawn on, and late subscribers get the EXIT (N2).
    const exit$ = new AsyncSubject<Exit>();
    const ties = { parent: this.#process, linked, observer: exit$ };
    const { pid } = spawn(this.#living().kernel, behavior, options, ties);
    return { pid, exit$: new ProcessStream(this.#process, { attach: (s) => exit$.subscribe(s) }) };
  }

  #living(): Process {
    if (!this.#process.ended) return this.#process;
    throw new ProcessError('Unavailable', `the process ${this.#process.pid} has ended`);
  }
}

/** Makes a `Self`. A kernel is given this function, because an import would make a circle of files. */
export const newSelf = (process: Process): Self => new ProcessSelf(process);
