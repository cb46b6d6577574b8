import type { Observable, SchedulerLike } from 'rxjs';
import type { Pid, SystemEvent, TraceEvent } from '../../core/index.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Process } from '../process/process.js';
import { kernelOf } from './kernelOf.js';
import { infoOf, type ProcessInfo } from './processInfo.js';
import { trace } from './trace.js';
import { type TreeNode, tree } from './tree.js';

export { kernelOf };

/** What can be seen of a system. Looking changes nothing. */
export abstract class SystemView {
  /** @internal */
  readonly [kernelOf]: SystemKernel;

  /** @internal */
  constructor(kernel: SystemKernel) {
    this[kernelOf] = kernel;
  }

  /** Every spawn, exit, dead letter, drop, handler error and warning, as it happens; never completes. */
  get events$(): Observable<SystemEvent> {
    return this[kernelOf].events.events$;
  }

  /** The clock and timers that everything in the system uses. */
  get scheduler(): SchedulerLike {
    return this[kernelOf].scheduler;
  }

  /** A snapshot of the living processes (I1). */
  processes(): readonly ProcessInfo[] {
    return [...this[kernelOf].processes.values()].map(infoOf);
  }

  /** A snapshot of one process, by PID or name; `undefined` when nobody is there (I1). */
  info(target: Pid | string): ProcessInfo | undefined {
    const process = this[kernelOf].find(target);
    return process && infoOf(process);
  }

  /**
   * Everything that comes to a process and leaves it, as it happens (I2–I4). A PID's trace completes with
   * its exit, at once when nobody is there. Any other text is a pattern of names and behaviours, with
   * `*` and a final `**` as in `listen`: it covers processes spawned or named later, and never
   * completes. Cold, and free of cost while nobody subscribes. Payloads are the very objects, not copies.
   *
   * @throws ProcessError `Invalid` for what is no text, an empty one, or `**` before the end.
   * @example system.trace('room:lobby').subscribe(console.log);
   */
  trace(target: Pid | string): Observable<TraceEvent> {
    return trace(this[kernelOf], target);
  }

  /** A snapshot of the supervisors and what is below them; a root is one that nobody supervises (V7). */
  tree(): readonly TreeNode[] {
    return tree(this[kernelOf]);
  }
}

/** The kernel of a system, with the processes that live on it. */
export type SystemKernel = Kernel<Process>;
