import {
  type ExitReason,
  exitError,
  isNormal,
  type LinkDown,
  type Pid,
  ProcessError,
} from '../../core/index.js';
import { each, type Few } from '../collections/few.js';
import type { Tracer } from '../telemetry/tracer.js';
import type { Link, Linked, Peer } from '../ties/link.js';
import type { Monitor } from '../ties/monitor.js';
import { acceptLink, dropLink, linkEnded } from '../ties/requestLink.js';
import { type Signal, traced } from '../ties/signal.js';
import { type Cancellable, cancel, deliverSignal, kill, stop } from './cancel.js';
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
      return kill(process, signal.after);
    case 'cancel':
      return cancel(process, signal);
    case 'stop':
      return stop(process, signal.timeout);
    case 'overflow':
      return process.crash(full(process));
  }
}

/** A process as its signals see it. */
export interface Affected extends Restartable, Linked, Cancellable {
  readonly kernel: Restartable['kernel'] & Cancellable['kernel'];
  readonly watchersAndLinks: { monitors: Few<Monitor>; links: Iterable<[Peer, Link]> } | undefined;
  crash(error: unknown): void;
}

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

function requestExit(process: Affected, from: Pid | undefined, reason: ExitReason): void {
  if (reason.type === 'kill') return process.end({ type: 'killed' });
  // From outside, the reason `normal` neither ends a process nor is a LINK_DOWN for it (K7).
  if (!isNormal(reason)) bringDown(process, from, reason);
}

function trace(tracer: Tracer, signal: Signal): void {
  const event = traced(signal);
  if (event !== undefined) tracer.signal(event);
}
