import {
  type Behavior,
  type Cancel,
  type Duration,
  type ExitReason,
  exitError,
  isNormal,
  type LinkDown,
  type Pid,
  ProcessError,
  type ProcessSignal,
} from '../core/index.js';
import { each } from './few.js';
import type { Link, Peer } from './links.js';
import { acceptLink, dropLink, linkEnded } from './links.js';
import type { Monitor } from './monitor.js';
import type { Process } from './process.js';

/** What reaches a process beside messages, in the same order of arrival (M10). */
export type Signal =
  | { readonly signal: 'start' }
  /** The turn in which an upgraded process calls its new behaviour (U1). */
  | {
      readonly signal: 'upgrade';
      readonly id: string;
      readonly behavior: Behavior;
      readonly args: readonly unknown[];
    }
  /** A link is asked for, given up, or has lost its other end (K1, K3, K5). */
  | { readonly signal: 'link'; readonly peer: Process; readonly link: Link }
  | { readonly signal: 'unlink'; readonly peer: Process; readonly link: Link }
  | {
      readonly signal: 'linkExit';
      readonly peer: Peer;
      readonly link: Link;
      readonly reason: ExitReason;
    }
  /** `exit(pid, reason)` from elsewhere (E2). */
  | { readonly signal: 'exit'; readonly from: Pid | undefined; readonly reason: ExitReason }
  /** `terminate`: nothing traps it (C3). */
  | { readonly signal: 'kill' }
  | {
      readonly signal: 'cancel';
      readonly from: Pid | undefined;
      readonly reason: string | undefined;
      readonly deadline: number | undefined;
    }
  /** An orderly end, with so many milliseconds, or for ever, for those that asked for time (V3). */
  | { readonly signal: 'stop'; readonly timeout: number }
  | { readonly signal: 'overflow' }
  | Monitor;

export const START: Signal = { signal: 'start' };
export const KILL: Signal = { signal: 'kill' };
export const OVERFLOW: Signal = { signal: 'overflow' };

/** So many signals that nobody reads are worth a warning. */
const UNREAD = 1_000;

/** Options of `cancel` (C1). */
export interface CancelOptions {
  /** Handed on in the CANCEL. */
  readonly reason?: string;
  /** How long until a process that is still alive is terminated; default for ever. */
  readonly deadline?: Duration;
}

/** Takes a signal's effect on a living process; total over the signals. */
export function takeEffect(process: Process, signal: Signal): void {
  if (process.tracer !== undefined) process.tracer.arriving(signal);
  switch (signal.signal) {
    case 'start':
      return process.start();
    case 'upgrade':
      return process.startAnew(signal);
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
      return process.end({ type: 'killed' });
    case 'cancel':
      return cancel(process, signal);
    case 'stop':
      return stop(process, signal.timeout);
    case 'overflow':
      return process.crash(full(process));
  }
}

const full = ({ pid }: Process): ProcessError =>
  new ProcessError('LimitExceeded', `mailbox of ${pid} is full: ending it`);

/** What a signal means that arrives after the end: only a link must hear of it (K2). */
export function takeNoEffect(process: Process, signal: Signal): void {
  if (signal.signal !== 'link') return;
  const { peer, link } = signal;
  peer.kernel.queue.push(peer, {
    signal: 'linkExit',
    peer: process,
    link,
    reason: { type: 'noproc' },
  } satisfies Signal);
}

/** Tells whoever monitors a process, then whoever is linked to it (K8). */
export function announceEnd(process: Process, reason: ExitReason): void {
  const { kernel, pid, concerned } = process;
  if (concerned === undefined) return;
  const at = kernel.now();
  each(concerned.monitors, (monitor) => monitor.fire(kernel.queue, pid, at, reason));
  for (const [peer, link] of concerned.links) {
    kernel.queue.push(peer, { signal: 'linkExit', peer: process, link, reason } satisfies Signal);
  }
}

/** An abnormal reason reaches a process from outside: it ends too, or is told when it traps (K5, K6). */
function bringDown(process: Process, from: Pid | undefined, reason: ExitReason): void {
  if (!process.trapLinks) return process.end(reason);
  const at = process.kernel.now();
  const event: LinkDown = {
    kind: 'pid.link.down',
    from,
    at,
    reason,
    result: { error: exitError(reason) },
  };
  tell(process, event);
}

/** Signals are never refused (M11): of a process that reads none, somebody is told as they pile up. */
function tell(process: Process, event: ProcessSignal): void {
  const { kernel, pid } = process;
  process.tell(event);
  if (process.signals.size !== UNREAD) return;
  const hint = 'subscribe self.signals$, or set trapLinks to false';
  kernel.events.warning('unread_signals', `${UNREAD} signals wait in ${pid}: ${hint}`, pid);
}

function requestExit(process: Process, from: Pid | undefined, reason: ExitReason): void {
  if (reason.type === 'kill') return process.end({ type: 'killed' });
  // From elsewhere `normal` ends nobody (a process ends itself at once), and is no "down" either (K7).
  if (!isNormal(reason)) bringDown(process, from, reason);
}

function cancel(process: Process, signal: Signal & { signal: 'cancel' }): void {
  const { from, reason, deadline } = signal;
  const event: Cancel = {
    kind: 'pid.cancel',
    from,
    at: process.kernel.now(),
    ...(reason !== undefined && { reason }),
    ...(deadline !== undefined && { deadline }),
  };
  if (deadline !== undefined) killAt(process, deadline);
  tell(process, event);
}

/** V3: time only for a process that shows that it will use it; a plain pipeline ends at once. */
function stop(process: Process, timeout: number): void {
  if (!process.asksForTime) return process.end({ type: 'shutdown' });
  const deadline = timeout === Infinity ? undefined : process.kernel.now() + timeout;
  cancel(process, { signal: 'cancel', from: undefined, reason: 'shutdown', deadline });
  process.abort();
}

function killAt(process: Process, deadline: number): void {
  const delay = Math.max(0, deadline - process.kernel.now());
  process.own(process.kernel.after(delay, () => process.kernel.queue.push(process, KILL)));
}
