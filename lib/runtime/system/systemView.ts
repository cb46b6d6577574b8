import type { Observable, SchedulerLike } from 'rxjs';
import { type Pid, type SystemEvent, type TraceEvent, unbound } from '../../core/index.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Process } from '../process/process.js';
import { kernelOf } from './kernelOf.js';
import { infoOf, type ProcessInfo } from './processInfo.js';
import { trace } from './trace.js';
import { type TreeNode, tree } from './tree.js';

export { kernelOf };

/** The methods by which one looks at a system; they change nothing. */
export abstract class SystemView {
  /** @internal */
  readonly [kernelOf]: SystemKernel;

  /** @internal */
  constructor(kernel: SystemKernel) {
    this[kernelOf] = kernel;
  }

  /** Emits every spawn, upgrade, exit, dead letter, drop, handler error and warning; never completes. */
  get events$(): Observable<SystemEvent> {
    return this[kernelOf].events.events$;
  }

  /** The clock and timers that everything in the system uses. */
  get scheduler(): SchedulerLike {
    return this[kernelOf].scheduler;
  }

  /** A snapshot of the living processes (I1). */
  processes(): readonly ProcessInfo[] {
    return [...kernelFor(this, 'processes').processes.values()].map(infoOf);
  }

  /** A snapshot of one process, by PID or name; `undefined` if nobody is there (I1). */
  info(target: Pid | string): ProcessInfo | undefined {
    const process = kernelFor(this, 'info').find(target);
    return process && infoOf(process);
  }

  /**
   * Emits everything that comes to a process and leaves it (I2–I4). The trace of a PID completes with the
   * exit, or at once if nobody is there. Any other text is a pattern of names and behaviours, with `*` and
   * a final `**` as in `listen`; it includes processes that are spawned or named later, and never
   * completes. Cold; costs nothing while nobody subscribes. Payloads are not copied.
   *
   * @throws ProcessError `Invalid` for no text, for an empty one, and for `**` before the end.
   * @example system.trace('room:lobby').subscribe(console.log);
   */
  trace(target: Pid | string): Observable<TraceEvent> {
    return trace(kernelFor(this, 'trace'), target);
  }

  /** A snapshot of all supervisors and their children; the roots are not supervised themselves (V7). */
  tree(): readonly TreeNode[] {
    return tree(kernelFor(this, 'tree'));
  }
}

/** The kernel, for a method of a system. @throws ProcessError `Invalid` where that was called without one. */
export function kernelFor(system: SystemView | undefined, method: string): SystemKernel {
  const kernel = system?.[kernelOf];
  if (kernel === undefined) throw unbound('system', method);
  return kernel;
}

/** The kernel of a system with its processes. */
export type SystemKernel = Kernel<Process>;
