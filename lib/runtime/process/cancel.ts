import type { Cancel, ExitReason, ProcessSignal } from '../../core/index.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Resident } from '../kernel/resident.js';
import { KILL, type Signal } from '../ties/signal.js';
import { type Stoppable, warnStopTimeout } from './warnStopTimeout.js';

/** Asks a process to end (C1); `last` is what comes if it still lives when its time is over. */
export function cancel(
  process: Cancellable,
  { from, reason, due }: Signal & { signal: 'cancel' },
  last = KILL,
): void {
  const { kernel } = process;
  const at = kernel.now();
  const left = due === undefined ? undefined : Math.max(0, due - kernel.uptime());
  const event: Cancel = {
    kind: 'pid.cancel',
    from,
    at,
    ...(reason !== undefined && { reason }),
    ...(left !== undefined && { deadline: at + left }),
  };
  if (left !== undefined) {
    process.timers.add(kernel.after(left, () => kernel.queue.push(process, last)));
  }
  deliverSignal(process, event);
}

/** Stops a process: at once, unless it asks for time, which a plain pipeline does not (V3). */
export function stop(process: Cancellable, timeout: number): void {
  if (!process.asksForTime) return process.end({ type: 'shutdown' });
  const due = timeout === Infinity ? undefined : process.kernel.uptime() + timeout;
  const last: Signal = { signal: 'kill', after: timeout };
  cancel(process, { signal: 'cancel', from: undefined, reason: 'shutdown', due }, last);
  process.abort();
}

/** Ends a process whatever it does (C3); `after` are the milliseconds that a stop gave it in vain. */
export function kill(process: Cancellable, after: number | undefined): void {
  if (after !== undefined) warnStopTimeout(process, after);
  process.end({ type: 'killed' });
}

/** Hands over an event; it is never refused (M11), but there is a warning if many wait. */
export function deliverSignal(process: Cancellable, event: ProcessSignal): void {
  const { kernel, pid } = process;
  process.deliver(event);
  if (process.signals.size !== UNREAD) return;
  const hint = 'subscribe self.signals$, or set trapLinks to false';
  kernel.events.warning('unread_signals', `${UNREAD} signals wait in ${pid}: ${hint}`, pid);
}

/** When this many signals wait, there is a warning, because nobody seems to read them. */
const UNREAD = 1_000;

/** A process as it is asked to end. */
export interface Cancellable extends Stoppable {
  readonly kernel: Pick<Kernel<Resident>, 'now' | 'uptime' | 'after' | 'queue' | 'events'>;
  readonly asksForTime: boolean;
  readonly signals: { readonly size: number; readonly everRead: boolean };
  readonly timers: Set<{ unsubscribe(): void }>;
  receive(item: unknown): void;
  end(reason: ExitReason): void;
  deliver(event: ProcessSignal): void;
  abort(): void;
}
