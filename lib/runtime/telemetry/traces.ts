import type { Subscriber } from 'rxjs';
import type { TraceEvent } from '../../core/index.js';
import { labelOf, type Traced, Tracer, type TraceWatch } from './tracer.js';

/** The patterns that are traced in a system; it compares them with each new process, name and behaviour. */
export class Traces {
  readonly #patterns = new Set<PatternWatch>();

  /** A process was spawned and has its name, but has not run yet. */
  spawned(process: Traced): void {
    if (this.#patterns.size > 0) this.#offer(process, labelOf(process));
    process.tracer?.spawned();
  }

  /** A process has got a name, or a new behaviour whose id is `name`. */
  named(process: Traced, name: string): void {
    if (this.#patterns.size > 0) this.#offer(process, name);
  }

  add(watch: PatternWatch): () => void {
    this.#patterns.add(watch);
    return () => {
      this.#patterns.delete(watch);
      watch.close();
    };
  }

  #offer(process: Traced, text: string): void {
    for (const watch of this.#patterns) if (watch.matches(text)) watch.join(process);
  }
}

/** A trace of all processes that match a pattern, including those that are spawned or named later. */
export class PatternWatch implements TraceWatch {
  readonly #subscriber: Subscriber<TraceEvent>;
  readonly #traced = new Set<Traced>();

  constructor(
    readonly matches: (text: string) => boolean,
    subscriber: Subscriber<TraceEvent>,
  ) {
    this.#subscriber = subscriber;
  }

  next(event: TraceEvent): void {
    this.#subscriber.next(event);
  }

  join(process: Traced): void {
    if (this.#traced.has(process) || !process.running) return;
    this.#traced.add(process);
    traceFor(process, this);
  }

  leave(process: Traced): void {
    this.#traced.delete(process);
  }

  close(): void {
    for (const process of this.#traced) process.tracer?.remove(this);
  }
}

/** Adds a watch to a process, which gets a tracer if it has none. */
export function traceFor(process: Traced, watch: TraceWatch): void {
  process.tracer ??= new Tracer(process);
  process.tracer.add(watch);
}
