import type { ExitReason, Message, Pid } from '../../core/index.js';
import type { Mailbox } from '../mailbox/mailbox.js';
import { SizedMessage } from '../mailbox/sizedMessage.js';
import type { RunQueue } from '../queue/runQueue.js';
import type { Events } from '../telemetry/events.js';
import type { Extension } from './perform.js';

/**
 * What an ending process has not read is lost, and counted once the queue has brought what was on its way;
 * but frames go back, in their order, to connections that keep them for a successor (X10).
 */
export function loseUnread(process: Ending, reason: ExitReason): void {
  const { mailbox, kernel, pid } = process;
  const { depth, isUnread } = mailbox;
  mailbox.gather();
  const kept = mailbox.extract((entry) => 'topic' in entry && takeBack(process, entry));
  const loss = { count: depth - kept.length };
  losses.set(mailbox, loss);
  const receive = (): void => {
    if (loss.count > 0) kernel.events.lost(pid, reason, loss.count, isUnread);
  };
  kernel.queue.push({ receive }, undefined);
}

/** The same for one message that comes to a process which has ended. */
export function loseLate(process: Ending, message: Message): void {
  const loss = losses.get(process.mailbox);
  if (loss !== undefined && takeBack(process, message)) loss.count--;
}

/** How many messages each mailbox of a process that has just ended loses. */
const losses = new WeakMap<Mailbox, { count: number }>();

function takeBack({ kernel, pid }: Ending, message: Message): boolean {
  if (message.from === undefined || !SizedMessage.isSized(message)) return false;
  return kernel.processes.get(message.from)?.extension?.takeBack(message, pid) === true;
}

/** A process that ends. */
interface Ending {
  readonly pid: Pid;
  readonly mailbox: Mailbox;
  readonly kernel: {
    readonly queue: RunQueue;
    readonly events: Pick<Events, 'lost'>;
    readonly processes: {
      get(pid: Pid): { readonly extension: Extension | undefined } | undefined;
    };
  };
}
