import type { Observable, Subscriber, TeardownLogic } from 'rxjs';
import { isPid, type Pid, ProcessError, type TraceEvent } from '../../core/index.js';
import type { Kernel } from '../kernel/kernel.js';
import { matcher } from '../mailbox/matcher.js';
import type { Owner } from '../mailbox/owner.js';
import { ProcessStream } from '../mailbox/processStream.js';
import type { Process } from '../process/process.js';
import { labelOf, type TraceWatch } from '../telemetry/tracer.js';
import { PatternWatch, traceFor } from '../telemetry/traces.js';

/** `system.trace` on one kernel. */
export function trace(kernel: Kernel<Process>, target: Pid | string): Observable<TraceEvent> {
  if (typeof target !== 'string' || target === '') {
    throw new ProcessError('Invalid', 'trace takes a PID or a pattern of names and behaviours');
  }
  // An error of a subscriber is only a warning, because a trace must end neither a process nor Node.
  const owner: Owner = {
    crash: (error) => {
      const pid = isPid(target) ? target : undefined;
      kernel.events.warning('trace', 'a subscriber of a trace threw', pid, error);
    },
  };
  const matches = isPid(target) ? undefined : matcher(target);
  return new ProcessStream<TraceEvent>(owner, {
    attach: (subscriber) =>
      matches === undefined
        ? watchOne(kernel.resolve(target), subscriber)
        : watchAll(kernel, matches, subscriber),
  });
}

function watchOne(process: Process | undefined, subscriber: Subscriber<TraceEvent>): TeardownLogic {
  if (process?.running !== true) return subscriber.complete();
  const watch: TraceWatch = {
    next: (event) => subscriber.next(event),
    leave: () => subscriber.complete(),
  };
  traceFor(process, watch);
  return () => process.tracer?.remove(watch);
}

function watchAll(
  kernel: Kernel<Process>,
  matches: (text: string) => boolean,
  subscriber: Subscriber<TraceEvent>,
): TeardownLogic {
  const watch = new PatternWatch(matches, subscriber);
  for (const process of kernel.processes.values()) {
    if ([labelOf(process), ...process.ownNames].some(matches)) watch.join(process);
  }
  return kernel.traces.add(watch);
}
