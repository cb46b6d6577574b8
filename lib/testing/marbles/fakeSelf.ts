import { asyncScheduler, NEVER, type Observable, ReplaySubject, type SchedulerLike } from 'rxjs';
import {
  type Behavior,
  type CallOptions,
  type Command,
  type Exit,
  type ExitInput,
  exit,
  type GroupEvent,
  type GroupOptions,
  type Known,
  knownOptions,
  type Message,
  type Pid,
  ProcessError,
  type ProcessSignal,
  type Spawned,
  type SpawnOptions,
  scopeOf,
  send,
  type Topic,
  upgrade,
} from '../../core/index.js';
import type { FakeSelf, FakeSelfOptions, Joined } from './fakeSelfOptions.js';
import { guardMethods } from './guardMethods.js';

/**
 * A `Self` for marbles: monitors, listens, calls and spawns come from `options`, sends are recorded.
 *
 * @throws ProcessError `Invalid` from `spawn`, `call` and `listen` when no option answers them, naming it.
 * @example
 * const self = fakeSelf({ monitor: { [room]: cold('---(x|)', { x: exit }) } });
 * expectObservable(run(member, inbox, self)).toBe(expected, values);
 */
export function fakeSelf(options: FakeSelfOptions = {}): FakeSelf {
  knownOptions('fakeSelf', options, OPTIONS);
  return new Fake(options);
}

const OPTIONS: Known<FakeSelfOptions> = {
  pid: true,
  args: true,
  signals$: true,
  abortSignal: true,
  scheduler: true,
  monitor: true,
  listen: true,
  monitorGroup: true,
  call: true,
  spawn: true,
  send: true,
};

class Fake implements FakeSelf {
  static {
    guardMethods('self', Fake);
  }
  readonly #options: FakeSelfOptions;
  readonly #sent$ = new ReplaySubject<Command>();
  readonly #controller = new AbortController();
  readonly links = new Set<Pid | string>();
  readonly names = new Set<string>();
  readonly sent: Command[] = [];
  trapLinks = false;
  readonly groups: Joined[] = [];
  #ended = false;

  readonly sent$: Observable<Command> = this.#sent$.asObservable();

  constructor(options: FakeSelfOptions) {
    this.#options = options;
  }

  get pid(): Pid {
    return this.#options.pid ?? '{main|0x00001}';
  }

  get args(): readonly unknown[] {
    return this.#options.args ?? [];
  }

  get signals$(): Observable<ProcessSignal> {
    return this.#options.signals$ ?? NEVER;
  }

  get abortSignal(): AbortSignal {
    return this.#options.abortSignal ?? this.#controller.signal;
  }

  get scheduler(): SchedulerLike {
    return this.#options.scheduler ?? asyncScheduler;
  }

  spawn(behavior: Behavior | string, options?: SpawnOptions): Pid {
    return this.spawnMonitored(behavior, options).pid;
  }

  spawnLinked(behavior: Behavior | string, options?: SpawnOptions): Spawned {
    const spawned = this.spawnMonitored(behavior, options);
    this.links.add(spawned.pid);
    return spawned;
  }

  spawnMonitored(behavior: Behavior | string, options?: SpawnOptions): Spawned {
    const { spawn } = this.#options;
    const what = typeof behavior === 'string' ? behavior : behavior.name || 'a behaviour';
    if (spawn === undefined) throw unexpected(`spawn of ${what}`, 'spawn: () => ({ pid, exit$ })');
    return spawn(behavior, options);
  }

  send(to: Pid | string, topic: string, payload?: unknown): boolean {
    if (this.#ended) return false;
    this.#record(send(to, topic, payload));
    return this.#options.send?.(to, topic, payload) ?? true;
  }

  call(
    to: Pid | string,
    topic: string,
    payload?: unknown,
    options?: CallOptions,
  ): Observable<never> {
    const { call } = this.#options;
    if (call === undefined) {
      throw unexpected(`call of ${to} with ${topic}`, 'call: (to, topic, payload) => of(reply)');
    }
    return call(to, topic, payload, options) as Observable<never>;
  }

  listen<P>(pattern: Topic<P>): Observable<Message<P>> {
    const source = this.#options.listen?.[pattern];
    if (source !== undefined) return source as Observable<Message<P>>;
    throw unexpected(`listen on ${pattern}`, `listen: { '${pattern}': hot('…') }`);
  }

  monitor(target: Pid | string): Observable<Exit> {
    return this.#options.monitor?.[target] ?? NEVER;
  }

  link(target: Pid | string): void {
    this.links.add(target);
  }

  unlink(target: Pid | string): void {
    this.links.delete(target);
  }

  setOptions(options: { readonly trapLinks: boolean }): void {
    knownOptions('setOptions', options, { trapLinks: true });
    this.trapLinks = options.trapLinks;
  }

  register(name: string): void {
    this.names.add(name);
  }

  upgrade(id?: string, state?: unknown): void {
    if (this.#ended) return;
    this.#record(upgrade(id, state));
    this.#controller.abort();
  }

  join(group: string, options: GroupOptions = {}): void {
    scopeOf('join', options);
    this.groups.push({ group, ...options });
  }

  leave(group: string, options: GroupOptions = {}): void {
    const scope = scopeOf('leave', options);
    const at = this.groups.findLastIndex(
      (joined) => joined.group === group && joined.scope === scope,
    );
    if (at >= 0) this.groups.splice(at, 1);
    else if (!this.#ended) throw new ProcessError('NotFound', `fakeSelf: not in group ${group}`);
  }

  monitorGroup(group: string): Observable<GroupEvent> {
    return this.#options.monitorGroup?.[group] ?? NEVER;
  }

  exit(reason: ExitInput): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#record(exit(reason));
    this.#controller.abort();
  }

  #record(command: Command): void {
    this.sent.push(command);
    this.#sent$.next(command);
  }
}

function unexpected(what: string, hint: string): ProcessError {
  return new ProcessError('Invalid', `fakeSelf: unexpected ${what}; pass { ${hint} }`);
}
