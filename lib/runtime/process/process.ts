import {
  type Behavior,
  type ExitReason,
  fromAsync,
  isPromise,
  type Message,
  type Output,
  type Pid,
  Sink,
  toError,
} from '../../core/index.js';
import type { Kernel } from '../kernel/kernel.js';
import { Mailbox } from '../mailbox/mailbox.js';
import type { Host } from '../registry/hostTable.js';
import type { Signal } from '../ties/signal.js';
import { callBehavior } from './callBehavior.js';
import { loseLate, loseUnread } from './loseUnread.js';
import { type Extension, type Performer, perform } from './perform.js';
import { Relations } from './relations.js';
import { type Affected, announceEnd, takeEffect, takeNoEffect } from './takeEffect.js';

/** A running behaviour with its mailbox, its relations to others, and its lifecycle. */
export class Process extends Relations implements Affected, Performer {
  /** The number at the end of its PID, and its place in the process table. */
  readonly number: number;
  readonly pid: Pid;
  mailbox: Mailbox;
  /** When it was spawned, in milliseconds of its system's uptime. */
  readonly since: number;
  #state: State = 'running';
  #output: Sink<Output> | undefined;

  constructor(
    readonly kernel: Kernel<Process>,
    readonly host: Host,
    public behavior: Behavior,
    /** The id of its behaviour; `undefined` for a function without one. */
    public id: string | undefined,
    readonly parent: Pid | undefined,
    public args: readonly unknown[],
    /** What an adapter adds to it, from the start or later, before it emits a command of the adapter. */
    public extension: Extension | undefined,
  ) {
    super();
    this.number = kernel.nextNumber();
    this.pid = host.pids.write(this.number);
    this.since = kernel.spawnTime();
    this.mailbox = new Mailbox(this, extension?.bound ?? kernel.bound);
  }

  get queue(): Kernel<Process>['queue'] {
    return this.kernel.queue;
  }

  receive(item: Message | Signal): void {
    if (!('signal' in item)) {
      if (this.#state !== 'running') {
        this.kernel.giveBack(item, this.pid);
        return loseLate(this, item);
      }
      this.tracer?.arrived(item);
      this.mailbox.arrive(item);
    } else if (this.#state === 'running') takeEffect(this, item);
    else takeNoEffect(this, item);
  }

  passed(message: Message, reader: object, readers: Readers): void {
    this.kernel.events.unreadTopics?.passed(this, message, reader, readers);
  }

  /** Takes a message for the mailbox; `false` if the message is refused (M11). */
  accept(message: Message, size = 0): boolean {
    const { mailbox, kernel } = this;
    if (kernel.drillHook?.takes(this, message, size)) return true;
    const admitted = mailbox.phase === 'open' && mailbox.hasRoom(size);
    if (!admitted && !kernel.admit(this, message)) return mailbox.phase === 'closing';
    if (++mailbox.depth > mailbox.highWater) mailbox.highWater = mailbox.depth;
    mailbox.bytes += size;
    if (kernel.bound.hasExempt) mailbox.countExempt(message.topic);
    kernel.queue.push(this, message);
    return true;
  }

  /** The first turn: calls the behaviour and subscribes to what it returns (S2, S8). */
  start(): void {
    this.tracer?.started();
    const { mailbox } = this;
    try {
      const self = this.kernel.newSelf(this);
      const returned = callBehavior(this, self);
      if (this.#isOver(mailbox)) return this.#abandon(returned);
      const output$ = fromAsync(returned, self);
      this.#output = new Sink(this);
      output$.subscribe(this.#output);
      if (this.supervision !== undefined) this.supervision.hasBegun = this.running;
    } catch (error) {
      if (this.#isOver(mailbox)) this.#reportLate(error);
      else this.crash(error);
    }
  }

  /** Ends the body, but not the process (U3): first it is unsubscribed, so that it emits nothing more. */
  leaveBody(): void {
    if (this.#state !== 'running') return;
    this.#state = 'leaving';
    this.attempt(() => this.#output?.unsubscribe());
    this.#output = undefined;
    this.completeStreams();
    this.#state = 'running';
  }

  /** Whether the body that began with this mailbox is not the body of the process any more. */
  #isOver(mailbox: Mailbox): boolean {
    return this.#state !== 'running' || this.mailbox !== mailbox;
  }

  /** Reports if the promise of a body fails that had ended before it returned, as nobody else would. */
  #abandon(returned: unknown): void {
    if (isPromise(returned)) returned.then(undefined, (error) => this.#reportLate(error));
  }

  next(output: Output): void {
    if (output === undefined || this.#state !== 'running') return;
    this.tracer?.emitted(output);
    try {
      perform(this, output);
    } catch (error) {
      this.crash(error);
    }
  }

  error(error: unknown): void {
    this.crash(error);
  }

  complete(): void {
    this.end({ type: 'normal', value: undefined });
  }

  /** Ends the process with an error; after the end, an error is only reported as an event (S8). */
  crash(error: unknown): void {
    if (this.#state === 'running') this.end({ type: 'error', error: toError(error) });
    else this.#reportLate(error);
  }

  #reportLate(error: unknown): void {
    this.kernel.events.handlerError(this.pid, error, undefined);
  }

  /** Ends the process once: releases names and groups, tears the body down, sends the signals (E3). */
  end(reason: ExitReason): void {
    if (this.#state !== 'running') return;
    this.#state = 'ending';
    const { kernel, extension } = this;
    if (extension !== undefined) this.attempt(() => extension.onRelease());
    kernel.forget(this);
    if (this.mailbox.depth > 0) loseUnread(this, reason);
    try {
      this.#output?.unsubscribe(); // without `attempt`, which would cost a closure for each process
    } catch (error) {
      this.crash(error);
    }
    this.completeStreams();
    this.releaseRelations();
    this.#state = 'ended';
    kernel.events.exited(this.pid, reason, extension?.isConnection === true);
    this.tracer?.exited(reason);
    announceEnd(this, reason);
  }

  /** Completes the body's streams and aborts its AbortSignal, so that code which awaits them can go on. */
  completeStreams(): void {
    if (this.#state === 'leaving') {
      const left = this.mailbox;
      this.mailbox = left.successor();
      left.close();
      this.renewRelations();
    } else {
      this.mailbox.close();
      this.abort();
    }
  }

  get running(): boolean {
    return this.#state === 'running';
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }
}

type Readers = Parameters<Relations['passed']>[2];

/**
 * `leaving`: the body is torn down, and another one will follow (U3). `ending`: the process is torn down,
 * and what it sends meanwhile still counts. `ended`: nothing that its code does has an effect (E3).
 */
type State = 'running' | 'leaving' | 'ending' | 'ended';
