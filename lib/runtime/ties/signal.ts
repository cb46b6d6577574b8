import type { Behavior, ExitReason, Pid, TraceSignal } from '../../core/index.js';
import type { Link, Linked, Peer } from './link.js';
import type { Monitor } from './monitor.js';

/**
 * What arrives at a process beside messages, in the same order (M10).
 *
 * The room `ties` has what binds processes to each other: begin here; `monitor.ts` is the one-way watch
 * for an exit, `link.ts` with `requestLink.ts` the two-way link.
 */
export type Signal =
  | { readonly signal: 'start' }
  /** The turn in which an upgraded process calls its new behaviour (U1). */
  | {
      readonly signal: 'upgrade';
      readonly id: string;
      readonly behavior: Behavior;
      readonly args: readonly unknown[];
    }
  /** The other end asks for a link, gives it up, or has ended (K1, K3, K5). */
  | { readonly signal: 'link'; readonly peer: Linked; readonly link: Link }
  | { readonly signal: 'unlink'; readonly peer: Linked; readonly link: Link }
  | {
      readonly signal: 'linkExit';
      readonly peer: Peer;
      readonly link: Link;
      readonly reason: ExitReason;
    }
  /** Somebody else has called `exit(pid, reason)` (E2). */
  | { readonly signal: 'exit'; readonly from: Pid | undefined; readonly reason: ExitReason }
  /** `terminate`, which cannot be trapped (C3); `after` the milliseconds that a stop gave it in vain. */
  | { readonly signal: 'kill'; readonly after?: number }
  | {
      readonly signal: 'cancel';
      readonly from: Pid | undefined;
      readonly reason: string | undefined;
      /** The system's uptime at which the process is terminated if it still lives. */
      readonly due: number | undefined;
    }
  /** Asks for an orderly end; `timeout` is in milliseconds, for a process that asks for time (V3). */
  | { readonly signal: 'stop'; readonly timeout: number }
  | { readonly signal: 'overflow' }
  | Monitor;

export const START: Signal = { signal: 'start' };
export const KILL: Signal = { signal: 'kill' };
export const OVERFLOW: Signal = { signal: 'overflow' };

/** A signal as traces show it when it arrives; `undefined` if they show only the event that it becomes. */
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
