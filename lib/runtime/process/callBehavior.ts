import { EMPTY } from 'rxjs';
import { type Behavior, type Message, ProcessError, type Self } from '../../core/index.js';
import type { Mailbox } from '../mailbox/mailbox.js';
import type { OutletOwner } from '../mailbox/owner.js';
import { ProcessStream } from '../mailbox/processStream.js';
import { labelOf, type Traced } from '../telemetry/tracer.js';

/**
 * Calls the behaviour of a process, and looks at what it returns. A body that has subscribed its inbox and
 * is over already has done so in vain: what it subscribed ends with it, before any message (S10).
 *
 * @throws ProcessError `Invalid` if that is nothing, and whatever the behaviour throws.
 */
export function callBehavior(process: Started, self: Self): ReturnType<Behavior> {
  const { mailbox } = process;
  const returned = process.behavior(new ProcessStream<Message>(process, mailbox), self);
  if (returned !== undefined && !mailbox.everRead) return returned;
  if (!process.running || process.mailbox !== mailbox) return returned;
  if (returned === undefined) {
    throw new ProcessError('Invalid', `${labelOf(process)} returned nothing: ${ADVICE}`);
  }
  if (returned === EMPTY) warnOver(process);
  else if (returned instanceof Promise) ifSettled(returned, () => warnOver(process));
  return returned;
}

function warnOver(process: Started): void {
  const what = `${labelOf(process)} subscribed its inbox and was over at once`;
  process.kernel?.events.inVain(process.pid, what, ADVICE);
}

/** A process whose behaviour is due. */
interface Started extends OutletOwner, Pick<Traced, 'id' | 'behavior'> {
  readonly mailbox: Mailbox;
  readonly running: boolean;
}

const ADVICE = 'return the stream instead of subscribing it';

/** Calls back if a promise has been fulfilled already, as that of an async function without `await`. */
function ifSettled(promise: Promise<unknown>, callBack: () => void): void {
  let isLate = false;
  promise.then(
    () => isLate || callBack(),
    () => {},
  );
  // Of two promises that are settled, the one that is asked first answers first.
  Promise.resolve().then(() => {
    isLate = true;
  });
}
