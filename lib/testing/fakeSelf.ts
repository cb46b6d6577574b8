import { NEVER, type Observable, ReplaySubject } from 'rxjs';
import {
  type Behavior,
  type CallOptions,
  type Command,
  type Exit,
  type ExitInput,
  exit,
  type Message,
  type Pid,
  ProcessError,
  type ProcessSignal,
  type Self,
  type Spawned,
  type SpawnOptions,
  send,
  type Topic,
  upgrade,
} from '../core/index.js';

/** What a fake `Self` answers. Everything is optional; what a behaviour asks for and is not here throws. */
export interface FakeSelfOptions {
  /** Default `{main|0x00001}`. */
  readonly pid?: Pid;
  readonly args?: readonly unknown[];
  /** CANCEL and LINK_DOWN; default never. */
  readonly signals$?: Observable<ProcessSignal>;
  /** Default one that aborts at `self.exit`. */
  readonly abortSignal?: AbortSignal;
  /** The exits of monitored processes, by PID or name; default never: a process not named here lives. */
  readonly monitor?: Readonly<Record<string, Observable<Exit>>>;
  /** What is listened for, by pattern. */
  readonly listen?: Readonly<Record<string, Observable<Message>>>;
  /** Answers a call. */
  readonly call?: (
    to: Pid | string,
    topic: string,
    payload: unknown,
    options?: CallOptions,
  ) => Observable<unknown>;
  /** Stands for a spawned process; `spawn` takes its `pid`. */
  readonly spawn?: (behavior: Behavior | string, options?: SpawnOptions) => Spawned;
  /** What `send` returns; default true. */
  readonly send?: (to: Pid | string, topic: string, payload: unknown) => boolean;
}

/** A `Self` without a runtime, and what was done through it. */
export interface FakeSelf extends Self {
  /** `self.send`, `upgrade` and `exit` as the commands they are, in order; nothing after an exit (E3). */
  readonly sent: readonly Command[];
  /** The same as they happen, for a diagram; replays to late subscribers. */
  readonly sent$: Observable<Command>;
  /** Who is linked now. */
  readonly links: ReadonlySet<Pid | string>;
  readonly names: ReadonlySet<string>;
  readonly trapLinks: boolean;
}

/**
 * A `Self` for marbles: monitors, listens, calls and spawns come from `options`, sends are recorded.
 *
 * @throws ProcessError `Invalid` from `spawn`, `call` and `listen` when no option answers them, naming it.
 * @example
 * const self = fakeSelf({ monitor: { [room]: cold('---(x|)', { x: exit }) } });
 * expectObservable(run(member, inbox, self)).toBe(expected, values);
 */
export function fakeSelf(options: FakeSelfOptions = {}): FakeSelf {
  return new Fake(options);
}

class Fake implements FakeSelf {
  readonly #options: FakeSelfOptions;
  readonly #sent$ = new ReplaySubject<Command>();
  readonly #controller = new AbortController();
  readonly links = new Set<Pid | string>();
  readonly names = new Set<string>();
  readonly sent: Command[] = [];
  trapLinks = false;
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

  send<P>(to: Pid | string, topic: Topic<P>, payload: NoInfer<P>): boolean {
    if (this.#ended) return false;
    this.#record(send(to, topic, payload));
    return this.#options.send?.(to, topic, payload) ?? true;
  }

  call<R, P>(
    to: Pid | string,
    topic: Topic<P>,
    payload: NoInfer<P>,
    options?: CallOptions,
  ): Observable<R> {
    const { call } = this.#options;
    if (call === undefined) {
      throw unexpected(`call of ${to} with ${topic}`, 'call: (to, topic, payload) => of(reply)');
    }
    return call(to, topic, payload, options) as Observable<R>;
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

  setOptions({ trapLinks }: { readonly trapLinks: boolean }): void {
    this.trapLinks = trapLinks;
  }

  register(name: string): void {
    this.names.add(name);
  }

  upgrade(id?: string, state?: unknown): void {
    if (this.#ended) return;
    this.#record(upgrade(id, state));
    this.#controller.abort();
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
