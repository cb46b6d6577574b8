import { AsyncSubject, EMPTY, type Observable } from 'rxjs';
import {
  type Behavior,
  type CallOptions,
  checkDestination,
  type Exit,
  type ExitInput,
  type Message,
  type Pid,
  ProcessError,
  type ProcessSignal,
  type Releasing,
  release,
  type Self,
  type Spawned,
  type SpawnOptions,
  shown,
  type Topic,
  toExitReason,
} from '../core/index.js';
import { linkToNobody, requestLink, requestUnlink } from './links.js';
import { monitor } from './monitor.js';
import type { Process } from './process.js';
import { spawn } from './spawn.js';
import { ProcessStream, type Source } from './stream.js';
import { upgrade } from './upgrade.js';

/** `Self` over a process. After the process's end nothing here has effects (E3). */
export class ProcessSelf implements Self, Releasing {
  readonly #process: Process;

  constructor(process: Process) {
    this.#process = process;
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

  spawn(behavior: Behavior | string, options?: SpawnOptions): Pid {
    return spawn(this.#living().kernel, behavior, options, { parent: this.#process }).pid;
  }

  spawnLinked(behavior: Behavior | string, options?: SpawnOptions): Spawned {
    return this.#spawnWatched(behavior, options, true);
  }

  spawnMonitored(behavior: Behavior | string, options?: SpawnOptions): Spawned {
    return this.#spawnWatched(behavior, options, false);
  }

  send<P>(to: Pid | string, topic: Topic<P>, payload: NoInfer<P>): boolean {
    const process = this.#process;
    return !process.ended && process.kernel.send(process.pid, to, topic, payload);
  }

  call<R, P>(
    to: Pid | string,
    topic: Topic<P>,
    payload: NoInfer<P>,
    options?: CallOptions,
  ): Observable<R> {
    const { calls } = this.#process.kernel;
    return calls.call(this.#process, { to, topic, payload }, options) as Observable<R>;
  }

  listen<P>(pattern: Topic<P>): Observable<Message<P>> {
    const source = this.#process.mailbox.listening(pattern);
    return new ProcessStream(this.#process, source as Source<Message<P>>);
  }

  monitor(target: Pid | string): Observable<Exit> {
    checkDestination(target);
    const process = this.#process;
    return new ProcessStream<Exit>(process, {
      attach: (subscriber) =>
        process.running
          ? monitor(process.kernel, process, target, subscriber)
          : subscriber.complete(),
    });
  }

  link(target: Pid | string): void {
    const { kernel } = this.#living();
    const peer = kernel.find(target);
    if (peer !== undefined) requestLink(this.#process, peer);
    else linkToNobody(this.#process, target, kernel.absence(target));
  }

  unlink(target: Pid | string): void {
    requestUnlink(this.#process, this.#process.kernel.find(target), target);
  }

  setOptions(options: { readonly trapLinks: boolean }): void {
    const [unknown] = Object.keys(options ?? {}).filter((key) => key !== 'trapLinks');
    const given: unknown = options?.trapLinks;
    if (unknown !== undefined) throw new ProcessError('Invalid', `unknown option ${unknown}`);
    if (typeof given !== 'boolean') {
      throw new ProcessError('Invalid', `trapLinks is true or false, not ${shown(given)}`);
    }
    this.#process.trapLinks = given;
  }

  register(name: string): void {
    const process = this.#living();
    // While it ends its names are released already (R4).
    if (!process.running) throw new ProcessError('NotFound', `cannot register ${name}: ending`);
    process.kernel.names.register(name, process);
  }

  upgrade(id?: string, state?: unknown): void {
    upgrade(this.#living(), id, state);
  }

  exit(reason: ExitInput): void {
    this.#process.end(toExitReason(reason));
  }

  [release](): void {
    this.#process.silence();
  }

  #spawnWatched(
    behavior: Behavior | string,
    options: SpawnOptions | undefined,
    linked: boolean,
  ): Spawned {
    // One value, replayed: the monitor is in force from the spawn on, whoever subscribes when (N2).
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
