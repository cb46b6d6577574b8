import { type Message, ProcessError } from '../../core/index.js';
import { countAhead } from '../mailbox/countAhead.js';
import type { Mailbox } from '../mailbox/mailbox.js';
import type { RunQueue } from '../queue/runQueue.js';

/** The error of a call that gets no reply in time: its text says what became of the message (M13). */
export function timedOut(kernel: Carrier, call: TimedCall): ProcessError {
  const { to, timeout, message } = call;
  const what = `no reply from ${to} to ${message.topic} within ${timeout} ms`;
  return new ProcessError('Timeout', `${what}: the message ${fateOf(kernel, call)}`);
}

/** The kernel as the way of a message. */
interface Carrier {
  readonly queue: RunQueue;
  /** Whether it may drop a message that was taken. */
  readonly isLossy: boolean;
}

/** A call with its message, and the process that has taken that; of another node's the mailbox is not known. */
interface TimedCall {
  readonly to: string;
  readonly timeout: number;
  readonly message: Message;
  readonly target:
    | { readonly mailbox: Mailbox; readonly ask?: undefined }
    | { ask(message: Message): unknown }
    | undefined;
}

function fateOf({ queue, isLossy }: Carrier, { message, target }: TimedCall): string {
  if (target?.ask !== undefined) return 'was sent to another node, and not answered';
  if (queue.has(message)) return 'has yet to arrive, because the system has much to do';
  const mailbox = target?.mailbox;
  const ahead = mailbox && countAhead(mailbox.outlets, message);
  if (mailbox !== undefined && ahead !== undefined) {
    const place = `still waits in the mailbox, behind ${ahead} others`;
    if (mailbox.isHeld) return `${place}, and its reader is at work`;
    return mailbox.isRead ? place : `${place}, and nobody reads it`;
  }
  // A connection that closes takes what is sent to it, and drops it (Y3).
  const mayBeLost = isLossy || mailbox?.phase === 'closing';
  return mayBeLost ? 'was dropped, or read and not answered' : 'was read and not answered';
}
