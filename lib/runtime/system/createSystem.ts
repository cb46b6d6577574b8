import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { countOption, type Known, knownOptions, ProcessError } from '../../core/index.js';
import { Kernel } from '../kernel/kernel.js';
import { Bound, type MailboxOptions } from '../mailbox/bound.js';
import { newSelf } from '../process/processSelf.js';
import { liveSeams, type Seams } from '../queue/liveSeams.js';
import { type Context, queueFor } from '../queue/queueFor.js';
import type { HostOptions } from '../registry/hostTable.js';
import { checkLogger, type Logger } from '../telemetry/logger.js';
import { System } from './system.js';

/**
 * Makes a system of processes.
 *
 * The room `system` is what users see of the runtime: begin here; `system.ts` has the methods that act,
 * `systemView.ts` those that only look, and each `…Api.ts` is one property of a system.
 *
 * @throws ProcessError `Invalid` for a bad option, which the message names.
 * @example const system = createSystem();
 */
export function createSystem(options: SystemOptions = {}): System {
  return assemble(options, liveSeams);
}

/** Options of `createSystem`. */
export interface SystemOptions {
  /** The name of the node, which becomes a part of every PID; default: no name. */
  readonly node?: string | undefined;
  /** Hosts beside `'main'`, by id. */
  readonly hosts?: Readonly<Record<string, HostOptions>> | undefined;
  /** The bound of every mailbox; default: 10,000 messages, `'reject'`. */
  readonly mailbox?: MailboxOptions | undefined;
  /**
   * Where warnings, failed handlers, crashes and first drops (I8) go: `console`, the default, or a logger that
   * takes fields first, as pino does (I12); `false`: nowhere.
   */
  readonly logger?: Logger | false | undefined;
  /** Lines a second that the logger gets of each code (I11); default: 10. Further ones are counted in one line. */
  readonly maxLogLines?: number | undefined;
  /**
   * An `AsyncLocalStorage`. The store that is in force when something is sent is also in force when it is
   * handled, however long it has waited (F1). Or what `openTelemetry()` of `rx-process/opentelemetry` makes, for traces
   * (I15). Default: none, which costs nothing.
   */
  readonly context?: Context | undefined;
  /** The system's clock and timers; default: `asyncScheduler`. A `TestScheduler` makes time virtual. */
  readonly scheduler?: SchedulerLike | undefined;
}

const OPTIONS: Known<SystemOptions> = {
  node: true,
  hosts: true,
  mailbox: true,
  logger: true,
  maxLogLines: true,
  context: true,
  scheduler: true,
};

/** A system with given seams; `testSystem` has seams of its own. `where` is for the texts of errors. */
export function assemble(options: SystemOptions, seams: Seams, where = 'createSystem'): System {
  knownOptions(where, options, OPTIONS);
  const { capacity, overflow } = readMailbox(where, options.mailbox ?? {});
  const { scheduler = asyncScheduler } = options;
  // Only a scheduler with rxjs's own clock shows the time of day; any other clock is taken as it is.
  const isLive = scheduler.now === asyncScheduler.now;
  const kernel = new Kernel({
    node: options.node,
    bound: new Bound(capacity),
    overflow,
    logger: options.logger === false ? undefined : checkLogger(options.logger ?? console),
    maxLogLines: countOption('maxLogLines', options.maxLogLines ?? 10, { unlimited: true }),
    scheduler,
    isProduction: process.env.NODE_ENV === 'production',
    clock: isLive ? seams.clock : () => scheduler.now(),
    queue: queueFor(seams, options.context),
    newSelf,
  });
  kernel.hosts.add('main');
  for (const [id, host] of Object.entries(options.hosts ?? {})) kernel.hosts.add(id, host);
  return new System(kernel);
}

function readMailbox(
  where: string,
  options: MailboxOptions,
): { capacity: number; overflow: NonNullable<MailboxOptions['overflow']> } {
  knownOptions(`${where}: mailbox`, options, { capacity: true, overflow: true });
  const { capacity = 10_000, overflow = 'reject' } = options;
  countOption('mailbox.capacity', capacity, { unlimited: true });
  if (!['reject', 'dropOldest', 'exit'].includes(overflow)) {
    throw new ProcessError('Invalid', "mailbox.overflow is 'reject', 'dropOldest' or 'exit'");
  }
  return { capacity, overflow };
}
