import type { Observable, Subscriber, TeardownLogic } from 'rxjs';
import { isPid, type Pid, ProcessError, type TraceEvent } from '../core/index.js';
import { labelOf } from './info.js';
import type { Kernel } from './kernel.js';
import { matcher } from './listeners.js';
import type { Process } from './process.js';
import { type Owner, ProcessStream } from './stream.js';
import { Tracer, type TraceWatch } from './tracer.js';

/** The patterns that are traced in a system, and whom they find. */
export class Traces {
  readonly #patterns = new Set<PatternWatch>();

  /** A process is there, with its name, and has not run yet. */
  spawned(process: Process): void {
    if (this.#patterns.size > 0) this.#offer(process, labelOf(process));
    process.tracer?.spawned();
  }

  /** A process has a further name, or a new behaviour. */
  named(process: Process, name: string): void {
    if (this.#patterns.size > 0) this.#offer(process, name);
  }

  add(watch: PatternWatch): () => void {
    this.#patterns.add(watch);
    return () => {
      this.#patterns.delete(watch);
      watch.close();
    };
  }

  #offer(process: Process, text: string): void {
    for (const watch of this.#patterns) if (watch.matches(text)) watch.join(process);
  }
}

/** `system.trace` on one kernel. */
export function trace(kernel: Kernel, target: Pid | string): Observable<TraceEvent> {
  if (typeof target !== 'string' || target === '') {
    throw new ProcessError('Invalid', 'trace takes a PID or a pattern of names and behaviours');
  }
  // A tool for looking must not end what it looks at, nor Node.
  const owner: Owner = {
    crash: (error) => kernel.events.warning('trace', `a subscriber of a trace threw: ${error}`),
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
    tell: (event) => subscriber.next(event),
    leave: () => subscriber.complete(),
  };
  join(process, watch);
  return () => process.tracer?.remove(watch);
}

function watchAll(
  kernel: Kernel,
  matches: (text: string) => boolean,
  subscriber: Subscriber<TraceEvent>,
): TeardownLogic {
  const watch = new PatternWatch(matches, subscriber);
  for (const process of kernel.processes.values()) {
    if ([labelOf(process), ...process.ownNames].some(matches)) watch.join(process);
  }
  return kernel.events.traces.add(watch);
}

/** A trace of all that match, those spawned or named later included. */
class PatternWatch implements TraceWatch {
  readonly #subscriber: Subscriber<TraceEvent>;
  readonly #traced = new Set<Process>();

  constructor(
    readonly matches: (text: string) => boolean,
    subscriber: Subscriber<TraceEvent>,
  ) {
    this.#subscriber = subscriber;
  }

  tell(event: TraceEvent): void {
    this.#subscriber.next(event);
  }

  join(process: Process): void {
    if (this.#traced.has(process) || !process.running) return;
    this.#traced.add(process);
    join(process, this);
  }

  leave(process: Process): void {
    this.#traced.delete(process);
  }

  close(): void {
    for (const process of this.#traced) process.tracer?.remove(this);
  }
}

function join(process: Process, watch: TraceWatch): void {
  process.tracer ??= new Tracer(process);
  process.tracer.add(watch);
}
