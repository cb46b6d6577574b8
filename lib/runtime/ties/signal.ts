import type { Behavior, ExitReason, Pid, TraceSignal } from '../../core/index.js';
import type { Link, Linked, Peer } from './link.js';
import type { Monitor } from './monitor.js';

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
  | { readonly signal: 'link'; readonly peer: Linked; readonly link: Link }
  | { readonly signal: 'unlink'; readonly peer: Linked; readonly link: Link }
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
      /** The system's uptime at which it is terminated if it still lives. */
      readonly due: number | undefined;
    }
  /** An orderly end, with so many milliseconds, or for ever, for those that asked for time (V3). */
  | { readonly signal: 'stop'; readonly timeout: number }
  | { readonly signal: 'overflow' }
  | Monitor;

export const START: Signal = { signal: 'start' };
export const KILL: Signal = { signal: 'kill' };
export const OVERFLOW: Signal = { signal: 'overflow' };

/** What a trace tells of a signal as it arrives; nothing of those that only become an event. */
export function traced(signal: Signal): TraceSignal | undefined {
  switch (signal.signal) {
    case 'link':
    case 'unlink':
      return { kind: signal.signal, from: signal.peer.pid };
    case 'linkExit':
      return { kind: 'exit', from: signal.peer.pid, reason: signal.reason };
    case 'exit':
      return { kind: 'exit', from: signal.from, reason: signal.reason };
    case 'kill':
    case 'stop':
    case 'overflow':
      return { kind: signal.signal };
    default:
      return undefined;
  }
}
