import type { SchedulerLike } from 'rxjs';
import type { Self } from '../core/index.js';
import type { Bound, MailboxOptions } from './bound.js';
import type { Logger } from './events.js';
import type { Process } from './process.js';
import type { RunQueue } from './runQueue.js';

/** What a kernel is made of; `createSystem` fills in the defaults. */
export interface KernelOptions {
  readonly node: string | undefined;
  readonly bound: Bound;
  readonly overflow: NonNullable<MailboxOptions['overflow']>;
  readonly logger: Logger | undefined;
  readonly scheduler: SchedulerLike;
  readonly queue: RunQueue;
  /** Handed in: what a process is given makes processes itself, and files import in no circle. */
  readonly newSelf: (process: Process) => Self;
}
