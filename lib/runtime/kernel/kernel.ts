import type { SchedulerLike } from 'rxjs';
import {
  checkDestination,
  checkTopic,
  type ExitReason,
  isPid,
  type Message,
  type Pid,
  parsePid,
  type Self,
} from '../../core/index.js';
import type { Bound, MailboxOptions } from '../mailbox/bound.js';
import { SizedMessage } from '../mailbox/sizedMessage.js';
import type { RunQueue } from '../queue/runQueue.js';
import { Events, type Logger } from '../telemetry/events.js';
import { KILL, OVERFLOW, type Signal } from '../ties/signal.js';
import { Calls } from './calls.js';
import type { Resident } from './resident.js';
import { Tables } from './tables.js';

/**
 * One system: its tables and what acts on several of them. `System` and `Self` are its public faces;
 * adapters inside the library reach it through the `kernel` symbol.
 */
export class Kernel<P extends Resident> extends Tables<P> {
  readonly queue: RunQueue;
  readonly scheduler: KernelOptions<P>['scheduler'];
  readonly newSelf: (process: P) => Self;
  readonly bound: KernelOptions<P>['bound'];
  readonly calls: Calls;
  readonly events: Events;
  readonly #node: string | undefined;
  readonly #clock: () => number;
  readonly #born: number;
  /** None but in a drill: what it costs otherwise is one look at this field for each message. */
  drillHook: DrillHook<P> | undefined;
  readonly #overflow: KernelOptions<P>['overflow'];
  #spawnTime: number | undefined;
  #refs = 0;

  constructor({ node, bound, overflow, logger, queue, newSelf, ...time }: KernelOptions<P>) {
    super(node);
    this.queue = queue;
    this.scheduler = time.scheduler;
    this.#clock = time.clock;
    this.#born = time.clock();
    this.newSelf = newSelf;
    this.bound = bound;
    this.#overflow = overflow;
    this.#node = node;
    this.calls = new Calls(this);
    const afterBatch = (flush: () => void): void => this.queue.afterDrain(flush);
    this.events = new Events({ now: () => this.now(), afterBatch }, logger);
  }

  /** The time of day, for what people read: `at`. It may be set back, so nothing is measured by it. */
  now(): number {
    return this.scheduler.now();
  }

  /** Milliseconds since the system was made, which all durations are measured by: a whole, small number costs a field no object. */
  uptime(): number {
    return Math.floor(this.#clock() - this.#born);
  }

  /** The age when a process is spawned, looked at once a batch: a clock is dear where spawns are many. */
  spawnTime(): number {
    if (this.#spawnTime === undefined) {
      this.#spawnTime = this.uptime();
      this.queue.afterDrain(() => {
        this.#spawnTime = undefined;
      });
    }
    return this.#spawnTime;
  }

  /**
   * Runs after so many milliseconds on the system's scheduler; after 24.8 days at the most, because
   * Node fires a timer of more than 2^31-1 ms at once (H7).
   */
  after(millis: number, run: () => void) {
    return this.scheduler.schedule(run, Math.min(millis, 2 ** 31 - 1));
  }

  // --- addresses ----------------------------------------------------------------------------------

  /** PID syntax first, then the names (M1); a name can never look like a PID (R3). */
  resolve(to: Pid | string): P | undefined {
    const process = this.processes.get(to) ?? this.names.find(to);
    if (process !== undefined || this.#node === undefined || !isPid(to)) return process;
    const { node, host, uniq } = parsePid(to);
    return node === undefined ? this.processes.get(`{${this.#node}@${host}|${uniq}}`) : undefined;
  }

  /** Why nobody is there: a foreign process is unreachable, any other is dead (N2, P4). */
  absence(to: Pid | string): ExitReason {
    const node = isPid(to) ? parsePid(to).node : undefined;
    return { type: node === undefined || node === this.#node ? 'noproc' : 'noconnection' };
  }

  // --- messages -----------------------------------------------------------------------------------

  /** M1, M5: whether somebody took it; only misuse throws (M2). */
  send(from: Pid | undefined, to: Pid | string, topic: string, payload: unknown): boolean {
    checkTopic(topic);
    const target = this.processes.get(to) ?? this.find(to);
    if (target !== undefined) return target.accept({ topic, payload, from });
    this.events.deadLetter(to, topic, from);
    return false;
  }

  /** Who is meant, if anybody. @throws ProcessError `Invalid` for what is no text (M5). */
  find(to: unknown): P | undefined {
    checkDestination(to);
    return this.resolve(to);
  }

  /** Decides about a message that a mailbox did not take by itself (M11, Y3, O2). */
  admit(process: P, message: Message): boolean {
    const { mailbox, pid } = process;
    if (mailbox.phase === 'done') {
      this.events.deadLetter(pid, message.topic, message.from);
      return false;
    }
    if (mailbox.phase === 'closing') {
      this.events.drop(pid, 'closing');
      return false;
    }
    if (this.bound.isExempt(message.topic)) return true;
    if (mailbox.phase === 'stopping') {
      this.events.drop(pid, 'ended');
      return false;
    }
    this.events.drop(pid, 'overflow');
    if (this.#overflow === 'dropOldest') {
      mailbox.dropOldest();
      return true;
    }
    // A client's frames never end the process that they are for.
    if (this.#overflow === 'exit' && !SizedMessage.isSized(message)) {
      this.queue.push(process, OVERFLOW);
    }
    return false;
  }

  /** Queues a signal; `false` when nobody is there (C4). */
  signal(to: Pid | string, signal: Signal): boolean {
    const target = this.find(to);
    if (target === undefined) return false;
    this.queue.push(target, signal);
    return true;
  }

  terminate(to: Pid | string): boolean {
    return this.signal(to, KILL);
  }

  /** Tells of a process with a new body, under the id of its behaviour. */
  upgraded(process: P, id: string): void {
    this.traces.named(process, id);
    this.events.upgraded(process.pid, id);
  }

  // --- relations ----------------------------------------------------------------------------------

  nextRef(): number {
    return ++this.#refs;
  }
}

/** What a kernel is made of; `createSystem` fills in the defaults. */
export interface KernelOptions<P> {
  readonly node: string | undefined;
  readonly bound: Bound;
  readonly overflow: NonNullable<MailboxOptions['overflow']>;
  readonly logger: Logger | undefined;
  readonly scheduler: SchedulerLike;
  /** Milliseconds that never go back, whatever is done to the machine's clock; virtual where time is. */
  readonly clock: () => number;
  readonly queue: RunQueue;
  /** Handed in: what a process is given makes processes itself, and files import in no circle. */
  readonly newSelf: (process: P) => Self;
}

/** Stands before every mailbox of a system, in a failure drill. */
export interface DrillHook<P> {
  /** Whether it has taken the message's fate in hand; the sender is told that the message was taken. */
  takes(process: P, message: Message, size: number): boolean;
}
