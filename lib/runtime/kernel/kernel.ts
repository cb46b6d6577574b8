import type { SchedulerLike } from 'rxjs';
import { checkTopic, type Message, type Pid, type Self } from '../../core/index.js';
import type { Bound, MailboxOptions } from '../mailbox/bound.js';
import { SizedMessage } from '../mailbox/sizedMessage.js';
import type { RunQueue } from '../queue/runQueue.js';
import { type EventOptions, Events } from '../telemetry/events.js';
import { KILL, OVERFLOW, type Signal } from '../ties/signal.js';
import { Addresses } from './addresses.js';
import { Calls } from './calls.js';
import type { DrillHook, Resident } from './resident.js';

/**
 * The inside of one system: its tables, and what uses several of them. Users see it as `System` and `Self`;
 * other folders of this library get it from a system by the symbol `kernelOf`.
 *
 * The room `kernel` is where messages and signals are addressed: begin here; `tables.ts` has the tables,
 * `addresses.ts` finds who is meant, `calls.ts` has the calls, `resident.ts` says what a kernel needs of a process, and
 * `route.ts` what it needs of a cluster.
 */
export class Kernel<P extends Resident> extends Addresses<P> {
  readonly queue: RunQueue;
  readonly scheduler: KernelOptions<P>['scheduler'];
  readonly newSelf: (process: P) => Self;
  readonly bound: KernelOptions<P>['bound'];
  readonly calls: Calls;
  readonly events: Events;
  readonly #clock: () => number;
  readonly #born: number;
  /** Set only during a failure drill. Without one, each message costs a look at this field. */
  drillHook: DrillHook<P> | undefined;
  readonly #overflow: KernelOptions<P>['overflow'];
  #spawnTime: number | undefined;
  #refs = 0;

  constructor({ node, bound, overflow, queue, newSelf, ...others }: KernelOptions<P>) {
    super(node);
    this.queue = queue;
    this.scheduler = others.scheduler;
    this.#clock = others.clock;
    this.#born = others.clock();
    this.newSelf = newSelf;
    this.bound = bound;
    this.#overflow = overflow;
    this.calls = new Calls(this);
    const names = () => (this.hosts.isClosed ? undefined : this.names.all());
    this.events = new Events(this, names, others);
    this.groups.onBroadcast = this.events.unreadTopics?.broadcast;
  }

  /** The time of day, for what people read (`at`). It may be set back, so no duration is measured by it. */
  now(): number {
    return this.scheduler.now();
  }

  /**
   * Milliseconds since the system was made; all durations are measured by it. It is a small integer,
   * because V8 stores one in a field without an extra object.
   */
  uptime(): number {
    return Math.floor(this.#clock() - this.#born);
  }

  /** The uptime for a spawn, read once a batch, because reading the clock is slow if many are spawned. */
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
   * Runs a function later, by the system's scheduler; after 24.8 days at most, because Node fires a timer
   * of more than 2^31-1 ms at once (H7).
   */
  after(millis: number, run: () => void) {
    return this.scheduler.schedule(run, Math.min(millis, 2 ** 31 - 1));
  }

  // --- messages -----------------------------------------------------------------------------------

  /** Sends a message; `false` if nobody has taken it (M1, M5). Only misuse throws (M2). */
  send(from: Pid | undefined, to: Pid | string, topic: string, payload: unknown): boolean {
    checkTopic(topic);
    const target = this.processes.get(to) ?? this.reach(to);
    if (target !== undefined) return target.accept({ topic, payload, from });
    this.events.deadLetter(
      to,
      topic,
      from,
      this.absence(to).type === 'noconnection' ? 'no node' : 'no process',
    );
    this.giveBack({ topic, payload, from }, to);
    return false;
  }

  /** Whether a message that was taken may be lost: to make room (M11), or in a failure drill. */
  get isLossy(): boolean {
    return this.#overflow === 'dropOldest' || this.drillHook !== undefined;
  }

  /** Decides about a message for a mailbox that is full or not open (M11, Y3, O2). */
  admit(process: P, message: Message): boolean {
    const { mailbox, pid } = process;
    if (mailbox.phase !== 'open') this.giveBack(message, pid);
    if (mailbox.phase === 'done') {
      this.events.deadLetter(pid, message.topic, message.from);
      return false;
    }
    if (mailbox.phase === 'closing') {
      this.events.drop(pid, 'closing');
      process.extension?.events.count('closing');
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
    // A frame never ends its target, because clients must not be able to end processes.
    if (this.#overflow === 'exit' && !SizedMessage.isSized(message)) {
      this.queue.push(process, OVERFLOW);
    }
    return false;
  }

  /** Queues a signal; `false` if nobody is there (C4), or its node is not up (D35). */
  signal(to: Pid | string, signal: Signal): boolean {
    const target = this.reach(to);
    if (target === undefined || ('ask' in target && !target.running)) return false;
    this.queue.push(target, signal);
    return true;
  }

  terminate(to: Pid | string): boolean {
    return this.signal(to, KILL);
  }

  /** Reports that a process has upgraded to the behaviour with this id. */
  upgraded(process: P, id: string): void {
    this.traces.named(process, id);
    this.events.upgraded(process.pid, id);
  }

  // --- relations ----------------------------------------------------------------------------------

  nextRef(): number {
    return ++this.#refs;
  }

  /** Gives refs from another number on, because a question may be forwarded to another node, and be answered there (D29). */
  giveRefsFrom(first: number): void {
    this.#refs = Math.max(this.#refs, first);
  }
}

/** What a kernel is made from. `createSystem` fills in the defaults. */
export interface KernelOptions<P> extends EventOptions {
  readonly node: string | undefined;
  readonly bound: Bound;
  readonly overflow: NonNullable<MailboxOptions['overflow']>;
  readonly scheduler: SchedulerLike;
  /** Milliseconds that never go back, even if the machine's clock does; virtual if the scheduler is. */
  readonly clock: () => number;
  readonly queue: RunQueue;
  /** Handed in from above, because `Self` spawns processes, and an import would make a circle of files. */
  readonly newSelf: (process: P) => Self;
}
