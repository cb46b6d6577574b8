import type { Observer } from 'rxjs';
import {
  type Behavior,
  type ExitReason,
  fromAsync,
  isPromise,
  type Message,
  type Output,
  type Pid,
  ProcessError,
  Sink,
  toError,
} from '../core/index.js';
import type { Host } from './hosts.js';
import type { Kernel } from './kernel.js';
import { Mailbox } from './mailbox.js';
import { perform } from './perform.js';
import { Relations } from './relations.js';
import type { Receiver } from './runQueue.js';
import { announceEnd, type Signal, takeEffect, takeNoEffect } from './signals.js';
import { ProcessStream } from './stream.js';

/** What an adapter adds to a process that it runs: commands of its own, and a last duty (Y3). */
export interface Extension {
  /** Performs a command that the runtime does not know; `false` when it does not know it either. */
  perform(command: { readonly type?: string }): boolean;
  /** Runs once at the end, before names are released and before anybody is told. */
  onRelease(reason: ExitReason): void;
}

/** `ending`: torn down, its last words still count. `ended`: nothing it does has effects (E3). */
type State = 'running' | 'ending' | 'ended';

/** A running behaviour: its mailbox, its relations, and the interpreter of its commands. */
export class Process extends Relations implements Receiver, Observer<Output> {
  /** What its PID ends in, and its place in the process table. */
  readonly number: number;
  readonly pid: Pid;
  readonly mailbox: Mailbox;
  /** When it was spawned, as the age of its system. */
  readonly since: number;
  #state: State = 'running';
  #output: Sink<Output> | undefined;

  constructor(
    readonly kernel: Kernel,
    readonly host: Host,
    readonly behavior: Behavior,
    /** The id it was spawned by, if it was. */
    readonly id: string | undefined,
    readonly parent: Pid | undefined,
    readonly args: readonly unknown[],
    readonly extension: Extension | undefined,
  ) {
    super(kernel.queue);
    this.number = kernel.nextNumber();
    this.pid = host.pids.write(this.number);
    this.since = kernel.birthday();
    this.mailbox = new Mailbox(this, kernel.bound);
  }

  // --- the run queue's side ---------------------------------------------------------------------

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
    if (kernel.tap?.takes(this, message, size)) return true;
    const admitted = mailbox.phase === 'open' && mailbox.hasRoom(size);
    if (!admitted && !kernel.admit(this, message)) return mailbox.phase === 'closing';
    if (++mailbox.depth > mailbox.highWater) mailbox.highWater = mailbox.depth;
    mailbox.bytes += size;
    kernel.queue.push(this, message);
    return true;
  }

  /** The first turn: calls the behaviour and subscribes what it returns (S2, S8). */
  start(): void {
    this.tracer?.started();
    try {
      const self = this.kernel.newSelf(this);
      const inbox = new ProcessStream<Message>(this, this.mailbox);
      const returned = this.behavior(inbox, self);
      if (this.#state !== 'running') return this.#abandon(returned);
      const output$ = fromAsync(returned, self);
      this.#output = new Sink(this);
      output$.subscribe(this.#output);
    } catch (error) {
      this.crash(error);
    }
  }

  /** The behaviour has ended its process before it returned: nobody will hear of its promise. */
  #abandon(returned: unknown): void {
    if (isPromise(returned)) returned.then(undefined, (error) => this.crash(error));
  }

  // --- the behaviour's output ---------------------------------------------------------------------

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
    else this.kernel.events.handlerError(this.pid, error, undefined);
  }

  // --- the end --------------------------------------------------------------------------------------

  /** Ends the process, exactly once: release, then teardown, then the signals (DESIGN §5). */
  end(reason: ExitReason): void {
    if (this.#state !== 'running') return;
    this.#state = 'ending';
    const { kernel, extension } = this;
    if (extension !== undefined) this.attempt(() => extension.onRelease(reason));
    kernel.forget(this);
    const lost = this.mailbox.depth;
    try {
      this.#output?.unsubscribe();
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
    this.mailbox.close();
    this.abort();
  }

  overflow(): void {
    this.crash(new ProcessError('LimitExceeded', `mailbox of ${this.pid} is full: ending it`));
  }

  /** What it runs: the id it was spawned by, or the function's name. */
  get label(): string {
    return this.id ?? (this.behavior.name || 'anonymous');
  }

  get running(): boolean {
    return this.#state === 'running';
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }
}
