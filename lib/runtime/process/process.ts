import type { Observer } from 'rxjs';
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
import { ProcessStream } from '../mailbox/processStream.js';
import type { Host } from '../registry/hostTable.js';
import type { Signal } from '../ties/signal.js';
import { type Extension, type Performer, perform } from './perform.js';
import { Relations } from './relations.js';
import { type Affected, announceEnd, takeEffect, takeNoEffect } from './takeEffect.js';

/** A running behaviour: its mailbox, its relations, and the interpreter of its commands. */
export class Process extends Relations implements Affected, Performer, Observer<Output> {
  /** What its PID ends in, and its place in the process table. */
  readonly number: number;
  readonly pid: Pid;
  mailbox: Mailbox;
  /** When it was spawned, as the age of its system. */
  readonly since: number;
  #state: State = 'running';
  #output: Sink<Output> | undefined;

  constructor(
    readonly kernel: Kernel<Process>,
    readonly host: Host,
    public behavior: Behavior,
    /** Of its behaviour, when that has one. */
    public id: string | undefined,
    readonly parent: Pid | undefined,
    public args: readonly unknown[],
    readonly extension: Extension | undefined,
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
      if (this.#state !== 'running') return;
      this.tracer?.arrived(item);
      this.mailbox.arrive(item);
    } else if (this.#state === 'running') takeEffect(this, item);
    else takeNoEffect(this, item);
  }

  /** Takes a message for the mailbox; `false` when it is over the bound or nobody is there (M11). */
  accept(message: Message, size = 0): boolean {
    const { mailbox, kernel } = this;
    if (kernel.drillHook?.takes(this, message, size)) return true;
    const admitted = mailbox.phase === 'open' && mailbox.hasRoom(size);
    if (!admitted && !kernel.admit(this, message)) return mailbox.phase === 'closing';
    mailbox.count(message.topic, size);
    kernel.queue.push(this, message);
    return true;
  }

  /** The first turn: calls the behaviour and subscribes what it returns (S2, S8). */
  start(): void {
    this.tracer?.started();
    const { mailbox } = this;
    try {
      const self = this.kernel.newSelf(this);
      const returned = this.behavior(new ProcessStream<Message>(this, mailbox), self);
      if (this.#isOver(mailbox)) return this.#abandon(returned);
      const output$ = fromAsync(returned, self);
      this.#output = new Sink(this);
      output$.subscribe(this.#output);
    } catch (error) {
      if (this.#isOver(mailbox)) this.#reportLate(error);
      else this.crash(error);
    }
  }

  /** The first turn after an upgrade (U1); of two in one turn the first one's body is over, too. */
  startAnew({ id, behavior, args }: Signal & { signal: 'upgrade' }): void {
    this.leaveBody();
    this.id = id;
    this.behavior = behavior;
    this.args = args;
    this.kernel.upgraded(this, id);
    this.start();
  }

  /**
   * Takes its body off the process (U3): torn down as at an end, but unsubscribed first, so that nothing
   * of it is heard any more, and what the process is to others stays.
   */
  leaveBody(): void {
    if (this.#state !== 'running') return;
    this.#state = 'leaving';
    this.attempt(() => this.#output?.unsubscribe());
    this.#output = undefined;
    this.silence();
    this.#state = 'running';
  }

  /** Whether the body that began with this mailbox has ended or upgraded its process since. */
  #isOver(mailbox: Mailbox): boolean {
    return this.#state !== 'running' || this.mailbox !== mailbox;
  }

  /** The body was over before it returned: nobody will hear of its promise. */
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

  /** Ends with an error; one that comes after the end has nothing left to end, and is told (S8). */
  crash(error: unknown): void {
    if (this.#state === 'running') this.end({ type: 'error', error: toError(error) });
    else this.#reportLate(error);
  }

  #reportLate(error: unknown): void {
    this.kernel.events.handlerError(this.pid, error, undefined);
  }

  /** Ends the process, exactly once: release, then teardown, then the signals (E3). */
  end(reason: ExitReason): void {
    if (this.#state !== 'running') return;
    this.#state = 'ending';
    const { kernel, extension } = this;
    if (extension !== undefined) this.attempt(() => extension.onRelease(reason));
    kernel.forget(this);
    const lost = this.mailbox.depth;
    try {
      this.#output?.unsubscribe(); // not by `attempt`: a closure for every life
    } catch (error) {
      this.crash(error);
    }
    this.silence();
    this.releaseRelations();
    this.#state = 'ended';
    kernel.events.exited(this.pid, reason, lost, extension !== undefined);
    this.tracer?.exited(reason);
    announceEnd(this, reason);
  }

  /** Ends every stream it was given, so that a suspended body can go on to its `finally`. */
  silence(): void {
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

/**
 * `leaving`: its body is torn down, to be replaced (U3). `ending`: torn down for good, its last words
 * still count. `ended`: nothing it does has effects (E3).
 */
type State = 'running' | 'leaving' | 'ending' | 'ended';
