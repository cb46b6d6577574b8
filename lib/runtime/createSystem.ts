import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { ProcessError, type Self } from '../core/index.js';
import type { Logger } from './events.js';
import type { HostOptions } from './hosts.js';
import { Kernel } from './kernel.js';
import { Bound, type MailboxOptions } from './mailbox.js';
import type { Process } from './process.js';
import { liveSeams, type Seams } from './runQueue.js';
import { ProcessSelf } from './self.js';
import { System } from './system.js';

/** What a kernel is made of; `createSystem` fills in the defaults. */
export interface KernelOptions {
  readonly node: string | undefined;
  readonly bound: Bound;
  readonly overflow: NonNullable<MailboxOptions['overflow']>;
  readonly logger: Logger | undefined;
  readonly scheduler: SchedulerLike;
  readonly seams: Seams;
  /** Handed in: what a process is given makes processes itself, and files import in no circle. */
  readonly newSelf: (process: Process) => Self;
}

/** Options of `createSystem`. */
export interface SystemOptions {
  /** The node's name, written into every PID; default none. */
  readonly node?: string;
  /** Hosts beside `'main'`, by id. */
  readonly hosts?: Readonly<Record<string, HostOptions>>;
  /** The bound of every mailbox; default 10,000 messages, `'reject'`. */
  readonly mailbox?: MailboxOptions;
  /** Where warnings, failed handlers and crashes are written; default `console`, `false` for nowhere. */
  readonly logger?: Logger | false;
  /** The system's clock and timers; default `asyncScheduler`. A `TestScheduler` makes time virtual. */
  readonly scheduler?: SchedulerLike;
}

/**
 * Makes a system of processes.
 *
 * @throws ProcessError `Invalid` for a bad option, naming it.
 * @example const system = createSystem();
 */
export function createSystem(options: SystemOptions = {}): System {
  return assemble(options, liveSeams);
}

/** A system on other seams than the running ones: for `testSystem`. */
export function assemble(options: SystemOptions, seams: Seams): System {
  const { capacity = 10_000, overflow = 'reject' } = options.mailbox ?? {};
  if (!(capacity >= 1)) throw new ProcessError('Invalid', 'mailbox.capacity is a number from 1 on');
  if (!['reject', 'dropOldest', 'exit'].includes(overflow)) {
    throw new ProcessError('Invalid', "mailbox.overflow is 'reject', 'dropOldest' or 'exit'");
  }
  const core = new Kernel({
    node: options.node,
    bound: new Bound(capacity),
    overflow,
    logger: options.logger === false ? undefined : (options.logger ?? console),
    scheduler: options.scheduler ?? asyncScheduler,
    seams,
    newSelf: (process) => new ProcessSelf(process),
  });
  core.hosts.add('main');
  for (const [id, host] of Object.entries(options.hosts ?? {})) core.hosts.add(id, host);
  return new System(core);
}
