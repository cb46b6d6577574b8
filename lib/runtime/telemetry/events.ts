import { type Observable, Subject } from 'rxjs';
import type { DropReason, ExitReason, Pid, SystemEvent } from '../../core/index.js';

/**
 * The events of a system. Frequent events are built only if somebody observes them; what somebody should
 * look at is also written to the logger. The drops of a batch are counted: all that have the same process
 * and reason become one event (§0).
 *
 * The room `telemetry` says what happens: begin here; `tracer.ts` is the trace of one process and
 * `traces.ts` finds the processes that a traced pattern means.
 */
export class Events {
  readonly #subject = new Subject<SystemEvent>();
  readonly #clock: Clock;
  readonly #logger: Logger | undefined;
  #counted: Map<string, Counted> | undefined;
  /** The processes and reasons whose drops the logger knows already. */
  readonly #logged = new Set<string>();

  readonly events$: Observable<SystemEvent> = this.#subject.asObservable();

  constructor(clock: Clock, logger: Logger | undefined) {
    this.#clock = clock;
    this.#logger = logger;
  }

  spawned(pid: Pid, parent: Pid | undefined, name: string | undefined): void {
    if (!this.#subject.observed) return;
    this.#subject.next({ type: 'spawned', at: this.#clock.now(), pid, parent, name });
  }

  upgraded(pid: Pid, id: string): void {
    if (!this.#subject.observed) return;
    this.#subject.next({ type: 'upgraded', at: this.#clock.now(), pid, id });
  }

  /** `lost` messages were waiting. The crash of a connection is not logged, because clients cause it. */
  exited(pid: Pid, reason: ExitReason, lost: number, isConnection: boolean): void {
    if (lost > 0) this.drop(pid, reason.type === 'killed' ? 'terminated' : 'ended', lost);
    if (reason.type === 'error' && !isConnection) {
      this.#log('error', `process ${pid} crashed`, reason.error);
    }
    if (!this.#subject.observed) return;
    this.#subject.next({ type: 'exited', at: this.#clock.now(), pid, reason });
  }

  deadLetter(to: string, topic: string, from: Pid | undefined): void {
    this.#count({ type: 'deadLetter', to, topic, from, reason: 'no process', count: 1 });
  }

  drop(pid: Pid | undefined, reason: DropReason, count = 1): void {
    this.#count({ type: 'drop', pid, reason, count });
  }

  #count(event: Counted): void {
    if (!this.#subject.observed && !this.#isNews(event)) return;
    if (this.#counted === undefined) {
      this.#counted = new Map();
      this.#clock.afterBatch(() => this.#flush());
    }
    const who = event.type === 'drop' ? [event.pid] : [event.to, event.topic, event.from];
    const key = [event.reason, ...who].join(' ');
    const known = this.#counted.get(key);
    this.#counted.set(key, { ...event, count: event.count + (known?.count ?? 0) });
  }

  handlerError(pid: Pid, error: unknown, message: unknown): void {
    this.#log('error', `process ${pid}: a message's handler failed`, error);
    this.#subject.next({ type: 'handlerError', at: this.#clock.now(), pid, error, message });
  }

  warning(code: string, message: string, pid?: Pid): void {
    this.#log('warn', `${code}: ${message}`);
    const at = this.#clock.now();
    this.#subject.next({ type: 'warning', at, code, message, ...(pid !== undefined && { pid }) });
  }

  #log(level: keyof Logger, ...line: [message: string, details?: unknown]): void {
    try {
      this.#logger?.[level](...line);
    } catch {
      // A failure of the logger cannot be logged, and must not stop the code that logs.
    }
  }

  #flush(): void {
    const counted = this.#counted ?? new Map<string, Counted>();
    this.#counted = undefined;
    const at = this.#clock.now();
    for (const event of counted.values()) {
      if (event.type === 'drop' && this.#isNews(event)) this.#logDrop(event);
      this.#subject.next({ ...event, at });
    }
  }

  /** Whether a drop is new to the logger, and of a kind that may otherwise go unnoticed. */
  #isNews(event: Counted): boolean {
    if (this.#logger === undefined || event.type !== 'drop') return false;
    const { reason, pid } = event;
    if (reason !== 'overflow' && reason !== 'no call') return false;
    return this.#logged.size < MAX_LOGGED && !this.#logged.has(`${reason} ${pid}`);
  }

  #logDrop({ reason, pid, count }: Omit<EventOf<'drop'>, 'at'>): void {
    this.#logged.add(`${reason} ${pid}`);
    const what = reason === 'overflow' ? `messages to ${pid}` : `replies of ${pid}`;
    const hint = 'further ones are events only, see system.events$';
    this.#log('warn', `${what} are dropped (${reason}), ${count} so far; ${hint}`);
  }
}

/** Where a system writes what somebody should look at, for example `console`. */
export interface Logger {
  warn(message: string, details?: unknown): void;
  error(message: string, details?: unknown): void;
}

type EventOf<T> = Extract<SystemEvent, { readonly type: T }>;

/** An event that stands for all drops of the same kind in a batch. */
type Counted = Omit<EventOf<'drop'>, 'at'> | Omit<EventOf<'deadLetter'>, 'at'>;

/** How many processes and reasons are logged at most, because clients can cause new ones without end. */
const MAX_LOGGED = 1_000;

/** What the events need to know: the time, and when a batch ends. */
export interface Clock {
  now(): number;
  afterBatch(flush: () => void): void;
}
