import {
  type Cancel,
  type ExitReason,
  exitError,
  isNormal,
  type LinkDown,
  type Pid,
  ProcessError,
  type ProcessSignal,
} from '../../core/index.js';
import { each, type Few } from '../collections/few.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Resident } from '../kernel/resident.js';
import type { Tracer } from '../telemetry/tracer.js';
import type { Link, Linked, Peer } from '../ties/link.js';
import type { Monitor } from '../ties/monitor.js';
import { acceptLink, dropLink, linkEnded } from '../ties/requestLink.js';
import { KILL, type Signal, traced } from '../ties/signal.js';
import { type Stoppable, warnStopTimeout } from './stopTimeout.js';
import { type Restartable, startUpgraded } from './upgrade.js';

/** What a signal does to a living process. It is total, so no signal is forgotten. */
export function takeEffect(process: Affected, signal: Signal): void {
  if (process.tracer !== undefined) trace(process.tracer, signal);
  switch (signal.signal) {
    case 'start':
      return process.start();
    case 'upgrade':
      return startUpgraded(process, signal);
    case 'monitor':
      return process.mailbox.notifyBehindAll(signal);
    case 'link':
      return acceptLink(process, signal.peer, signal.link);
    case 'unlink':
      return dropLink(process, signal.peer, signal.link);
    case 'linkExit':
      if (linkEnded(process, signal.peer, signal.link) && !isNormal(signal.reason)) {
        bringDown(process, signal.peer.pid, signal.reason);
      }
      return;
    case 'exit':
      return requestExit(process, signal.from, signal.reason);
    case 'kill':
      if (signal.after !== undefined) warnStopTimeout(process, signal.after);
      return process.end({ type: 'killed' });
    case 'cancel':
      return cancel(process, signal, KILL);
    case 'stop':
      return stop(process, signal.timeout);
    case 'overflow':
      return process.crash(full(process));
  }
}

/** A process as its signals see it. */
export interface Affected extends Restartable, Linked, Stoppable {
  readonly kernel: Pick<
    Kernel<Resident>,
    'now' | 'uptime' | 'after' | 'queue' | 'events' | 'upgraded'
  >;
  readonly asksForTime: boolean;
  readonly signals: { readonly size: number; readonly everRead: boolean };
  readonly timers: Set<{ unsubscribe(): void }>;
  readonly watchersAndLinks: { monitors: Few<Monitor>; links: Iterable<[Peer, Link]> } | undefined;
  end(reason: ExitReason): void;
  crash(error: unknown): void;
  deliver(event: ProcessSignal): void;
  abort(): void;
}

/** When this many signals wait, there is a warning, because nobody seems to read them. */
const UNREAD = 1_000;

const full = ({ pid }: Affected): ProcessError =>
  new ProcessError('LimitExceeded', `mailbox of ${pid} is full: ending it`);

/** What a signal does that arrives after the end: only a new link is answered, with `noproc` (K2). */
export function takeNoEffect(process: Affected, signal: Signal): void {
  if (signal.signal !== 'link') return;
  const { peer, link } = signal;
  peer.queue.push(peer, {
    signal: 'linkExit',
    peer: process,
    link,
    reason: { type: 'noproc' },
  } satisfies Signal);
}

/** Sends the exit to those who monitor a process, then to those who are linked to it (K8). */
export function announceEnd(process: Affected, reason: ExitReason): void {
  const { kernel, pid, watchersAndLinks } = process;
  if (watchersAndLinks === undefined) return;
  const at = kernel.now();
  each(watchersAndLinks.monitors, (monitor) => monitor.fire(kernel.queue, pid, at, reason));
  for (const [peer, link] of watchersAndLinks.links) {
    kernel.queue.push(peer, { signal: 'linkExit', peer: process, link, reason } satisfies Signal);
  }
}

/** Ends a process for an abnormal reason from outside, or hands it LINK_DOWN if it traps (K5, K6). */
function bringDown(process: Affected, from: Pid | undefined, reason: ExitReason): void {
  if (!process.trapLinks) return process.end(reason);
  const at = process.kernel.now();
  const event: LinkDown = {
    kind: 'pid.link.down',
    from,
    at,
    reason,
    result: { error: exitError(reason) },
  };
  deliverSignal(process, event);
}

/** Hands over an event; it is never refused (M11), but there is a warning if many wait. */
function deliverSignal(process: Affected, event: ProcessSignal): void {
  const { kernel, pid } = process;
  process.deliver(event);
  if (process.signals.size !== UNREAD) return;
  const hint = 'subscribe self.signals$, or set trapLinks to false';
  kernel.events.warning('unread_signals', `${UNREAD} signals wait in ${pid}: ${hint}`, pid);
}

function requestExit(process: Affected, from: Pid | undefined, reason: ExitReason): void {
  if (reason.type === 'kill') return process.end({ type: 'killed' });
  // From outside, the reason `normal` neither ends a process nor is a LINK_DOWN for it (K7).
  if (!isNormal(reason)) bringDown(process, from, reason);
}

/** Hands over a CANCEL; `kill` is what comes when its time is over. */
function cancel(process: Affected, signal: Signal & { signal: 'cancel' }, kill: Signal): void {
  const { from, reason, due } = signal;
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
  if (left !== undefined) killAfter(process, left, kill);
  deliverSignal(process, event);
}

/** Stops a process: at once, unless it asks for time, which a plain pipeline does not (V3). */
function stop(process: Affected, timeout: number): void {
  if (!process.asksForTime) return process.end({ type: 'shutdown' });
  const due = timeout === Infinity ? undefined : process.kernel.uptime() + timeout;
  const kill: Signal = { signal: 'kill', after: timeout };
  cancel(process, { signal: 'cancel', from: undefined, reason: 'shutdown', due }, kill);
  process.abort();
}

function killAfter(process: Affected, millis: number, kill: Signal): void {
  process.timers.add(process.kernel.after(millis, () => process.kernel.queue.push(process, kill)));
}

function trace(tracer: Tracer, signal: Signal): void {
  const event = traced(signal);
  if (event !== undefined) tracer.signal(event);
}
