import { type Observable, Subject } from 'rxjs';
import {
  type DropReason,
  type ExitReason,
  type Pid,
  type SystemEvent,
  textOf,
} from '../../core/index.js';
import type { RunQueue } from '../queue/runQueue.js';
import { type Counted, DropLog, type Names } from './dropLog.js';
import { type Logger, writerOf } from './logger.js';
import { type Clock, LogLines } from './logLines.js';
import { UnreadTopics } from './unreadTopics.js';

/**
 * The events of a system. Frequent events are built only if somebody observes them; what somebody should
 * look at is also written to the logger. The drops of a batch are counted: all that have the same process
 * and reason become one event (§0).
 *
 * The room `telemetry` says what happens: begin here; `dropLog.ts` says which drops are a line of the logger,
 * `logLines.ts` how many there are at most and `logger.ts` how they are written; `tracer.ts` is the trace of
 * one process and `traces.ts` finds the processes that a traced pattern means.
 */
export class Events {
  readonly #subject = new Subject<SystemEvent>();
  readonly #system: Surroundings;
  /** `undefined` without a logger. */
  readonly log: LogLines | undefined;
  readonly #dropLog: DropLog | undefined;
  #counted: Map<string, Counted> | undefined;
  /** What has been told of as done in vain; `undefined` in production. */
  readonly #inVain: Set<string> | undefined;
  /** `undefined` in production. */
  readonly unreadTopics: UnreadTopics | undefined;

  readonly events$: Observable<SystemEvent> = this.#subject.asObservable();

  constructor(system: Surroundings, names: Names, options: EventOptions) {
    const { logger, maxLogLines, isProduction } = options;
    this.#system = system;
    this.log = logger && new LogLines(writerOf(logger), maxLogLines, system);
    const warn = (code: string, text: string, pid: Pid): void => this.warning(code, text, pid);
    this.#inVain = isProduction ? undefined : new Set();
    this.unreadTopics = isProduction ? undefined : new UnreadTopics(warn);
    this.#dropLog = this.log && new DropLog(this.log, names);
  }

  spawned(pid: Pid, parent: Pid | undefined, name: string | undefined): void {
    if (!this.#subject.observed) return;
    this.#subject.next({ type: 'spawned', at: this.#system.now(), pid, parent, name });
  }

  upgraded(pid: Pid, id: string): void {
    if (!this.#subject.observed) return;
    this.#subject.next({ type: 'upgraded', at: this.#system.now(), pid, id });
  }

  /** Messages were waiting when a process ended; `unread` if it has never subscribed its inbox. */
  lost(pid: Pid, { type }: ExitReason, count: number, unread: boolean): void {
    // A crash is told of anyway, and it may be the reason why nobody has subscribed.
    if (unread && type !== 'error') this.drop(pid, 'unread', count);
    else this.drop(pid, type === 'killed' ? 'terminated' : 'ended', count);
  }

  /** The crash of a connection is not logged, because clients cause it. */
  exited(pid: Pid, reason: ExitReason, isConnection: boolean): void {
    if (reason.type === 'error' && !isConnection) {
      const message = `process ${pid} crashed`;
      this.log?.write({ level: 'error', code: 'crash', message, pid, error: reason.error });
    }
    if (!this.#subject.observed) return;
    this.#subject.next({ type: 'exited', at: this.#system.now(), pid, reason });
  }

  deadLetter(
    to: string,
    topic: string,
    from: Pid | undefined,
    reason: 'no process' | 'no node' = 'no process',
  ): void {
    this.#count({ type: 'deadLetter', to, topic, from, reason, count: 1 });
  }

  drop(pid: Pid | undefined, reason: DropReason, count = 1): void {
    this.#count({ type: 'drop', pid, reason, count });
  }

  /**
   * Code of a process does something in vain. Told once for each `what`, 100 of them, because it is the same
   * mistake each time, and not in production (S10).
   */
  inVain(pid: Pid | undefined, what: string, advice: string): void {
    const told = this.#inVain;
    if (told === undefined || told.has(what) || told.size >= MAX_IN_VAIN) return;
    told.add(what);
    this.warning('in_vain', `process ${pid}: ${what}; ${advice}`, pid);
  }

  /** A reply to what was no call, or to one that is answered or over. */
  strayReply(pid: Pid, topic: string): void {
    this.#count({ type: 'drop', pid, reason: 'no call', topic, count: 1 });
  }

  #count(event: Counted): void {
    if (!this.#subject.observed && !this.#dropLog?.isNews(event)) return;
    if (this.#counted === undefined) {
      this.#counted = new Map();
      this.#system.queue.afterDrain(() => this.#flush());
    }
    const who = event.type === 'drop' ? [event.pid] : [event.to, event.topic, event.from];
    const key = [event.reason, ...who].join(' ');
    const known = this.#counted.get(key);
    this.#counted.set(key, { ...(known ?? event), count: event.count + (known?.count ?? 0) });
  }

  /** Another node is up or down (D68). */
  node(event: NodeEvent): void {
    this.#subject.next({ ...event, at: this.#system.now() });
  }

  handlerError(pid: Pid, error: unknown, message: unknown): void {
    const line = `process ${pid}: a message's handler failed`;
    this.log?.write({ level: 'error', code: 'handler_error', message: line, pid, error });
    this.#subject.next({ type: 'handlerError', at: this.#system.now(), pid, error, message });
  }

  /** `error` is what was thrown, if something was; its text comes after the message. */
  warning(code: string, text: string, pid?: Pid, error?: unknown): void {
    this.log?.write({ level: 'warn', code, message: `${code}: ${text}`, pid, error });
    this.#subject.next({
      ...{ type: 'warning', at: this.#system.now(), code },
      message: error === undefined ? text : `${text}: ${textOf(() => error)}`,
      ...(pid !== undefined && { pid }),
      ...(error !== undefined && { error }),
    });
  }

  #flush(): void {
    const counted = this.#counted ?? new Map<string, Counted>();
    this.#counted = undefined;
    const at = this.#system.now();
    for (const event of counted.values()) {
      this.#dropLog?.tell(event);
      this.#subject.next({ ...event, at });
    }
  }
}

/** What happens to another node. */
type NodeEvent = Unstamped<Extract<SystemEvent, { type: 'nodeUp' | 'nodeDown' }>>;
type Unstamped<E> = E extends unknown ? Omit<E, 'at'> : never;

/** What the events need of their system: the time, and when a batch ends. */
export interface Surroundings extends Clock {
  now(): number;
  readonly queue: Pick<RunQueue, 'afterDrain'>;
}

/** What `createSystem` has decided about the events. */
export interface EventOptions {
  readonly logger: Logger | undefined;
  /** Lines of each code that the logger gets in a second. */
  readonly maxLogLines: number;
  readonly isProduction: boolean;
}

const MAX_IN_VAIN = 100;
