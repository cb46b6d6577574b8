import { expect } from '@jest/globals';
import { ignoreElements, NEVER, type Observable, tap, VirtualTimeScheduler } from 'rxjs';
import {
  type Behavior,
  createSystem,
  type ExitReason,
  type Inbox,
  type Message,
  type Pid,
  type ProcessErrorCode,
  type Self,
  type SpawnOptions,
  type System,
  type SystemOptions,
} from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';

/** A real system that writes nothing to the console. */
export function quiet(options: SystemOptions = {}): System {
  return createSystem({ logger: false, ...options });
}

/** Lets the event loop turn so many times: timers, sockets and other people's work have their chance. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** By this a system whose clock stands still, because it is two nodes, does what is due now. */
export const moveOn = Symbol('moveOn');

/** What is on its way between two nodes arrives; on one node everything is in force at once. */
export function crossed(system: System): void {
  (system as { [moveOn]?(): void })[moveOn]?.();
}

/**
 * Waits until a system's run queue is idle, and with it the promises that its processes wait for; not for
 * what a timer or a socket will bring. Fails where a queue never comes to rest, as that of a test system
 * does without `flush`.
 */
export async function settled(system: System): Promise<void> {
  const { queue } = system[kernelOf];
  const end = performance.now() + 10_000;
  do {
    if (performance.now() > end) throw new Error('the run queue is not idle within 10 s');
    crossed(system);
    await turns(1);
  } while (!queue.idle);
}

/** Fails instead of hanging: an event must come within the deadline. */
export async function within<T>(promise: Promise<T>, millis = 10_000): Promise<T> {
  let clock: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    clock = setTimeout(() => reject(new Error(`nothing within ${millis} ms`)), millis);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(clock);
  }
}

/** A promise with its handle. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

export function deferred<T = void>(): Deferred<T> {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** The values of a stream, in an array that grows. */
export function collect<T, R = T>(source: Observable<T>, show?: (value: T) => R): R[] {
  const values: R[] = [];
  source.subscribe((value) => values.push(show ? show(value) : (value as unknown as R)));
  return values;
}

/** A virtual clock for `createSystem({ scheduler })`; nothing happens before `advance`. */
export class Clock extends VirtualTimeScheduler {
  advance(millis: number): void {
    this.maxFrames = this.frame + millis;
    this.flush();
    this.frame = this.maxFrames;
  }
}

/** An exit reason in one word or two. */
export function brief(reason: ExitReason): string {
  if (reason.type === 'error') return `error ${(reason.error as Error)?.message ?? reason.error}`;
  if (reason.type === 'normal' && reason.value !== undefined) return `normal ${reason.value}`;
  return reason.type === 'shutdown' && reason.detail !== undefined
    ? `shutdown ${reason.detail}`
    : reason.type;
}

/** Lives and reads nothing. */
export const idle: Behavior = () => NEVER;

/** Has subscribed its inbox, and reads it no more. */
export const leaver: Behavior = (inbox) => {
  inbox.subscribe().unsubscribe();
  return NEVER;
};

/** The `ProcessError` that a refused call throws, for `toThrow` and `toEqual`. */
export const refused = (code: ProcessErrorCode, details: object = {}): unknown =>
  expect.objectContaining({ name: 'ProcessError', code, ...details });

/** Writes what it reads into `log`, by default as `topic payload`. */
export const reads =
  (log: unknown[], show: (message: Message) => unknown = (m) => `${m.topic} ${m.payload}`) =>
  (inbox: Inbox): Observable<never> =>
    inbox.pipe(
      tap((message) => log.push(show(message))),
      ignoreElements(),
    );

/** A process in the hands of a spec, which calls its `self` from outside. */
export interface Puppet {
  readonly pid: Pid;
  readonly self: Self;
  /** What it read, as `topic payload`. */
  readonly log: unknown[];
}

/** Spawns a puppet that reads its inbox into its log. */
export async function puppet(system: System, options?: SpawnOptions): Promise<Puppet> {
  const log: unknown[] = [];
  const self = deferred<Self>();
  const pid = system.spawn((inbox, me) => {
    self.resolve(me);
    return reads(log)(inbox);
  }, options);
  crossed(system);
  return { pid, self: await within(self.promise), log };
}

/** The reason of a process's end, in brief. */
export function exitOf(system: System, pid: Pid): string[] {
  const exits = collect(system.monitor(pid), (exit) => brief(exit.reason));
  crossed(system);
  return exits;
}

/** How many entries the tables of a system hold, outside its processes. */
export function tables(system: System): Record<string, number> {
  const { processes, names, groups, calls, hosts } = system[kernelOf];
  return {
    processes: processes.size,
    names: names.size,
    scopes: groups.size,
    calls: calls.size,
    residents: hosts.all().reduce((sum, host) => sum + host.count, 0),
  };
}

/** How many monitors a living process has. Nothing in the library asks, so the spec looks behind the door. */
export function monitorsOf(system: System, pid: Pid): number {
  // biome-ignore lint/complexity/useLiteralKeys: a protected member
  const monitors = system[kernelOf].processes.get(pid)?.['watchersAndLinks']?.monitors;
  return monitors instanceof Set ? monitors.size : Number(monitors !== undefined);
}
