import {
  concat,
  defer,
  EMPTY,
  from,
  type Observable,
  of,
  type SchedulerLike,
  throwError,
  timer,
} from 'rxjs';
import { ignoreElements, mergeMap } from 'rxjs/operators';
import type { Dead, Log, LogRecord } from '../../lib/jetstream/log.js';

/** What becomes of a request: all is well, its answer is lost, or it does not arrive at all. */
export type Luck = 'well' | 'unanswered' | 'lost';

/** A log in memory, as JetStream is one, with the faults of a network; requests of one node may overtake others. */
export class MemoryLog implements Log {
  readonly maxRecord = 100_000;
  readonly records: (LogRecord & { readonly name: string })[] = [];
  /** Of the requests to come, the next one first; all is well with those behind them. */
  lucks: Luck[] = [];
  latency = 1;
  /** Told of each record when it is there. */
  added: (name: string, bytes: Uint8Array) => void = () => {};
  #sequence = 0;

  constructor(readonly clock: SchedulerLike) {}

  /** The log as somebody has it who does not always reach it. */
  from(isReached: () => boolean): Log {
    const of = <T>(answer$: Observable<T>): Observable<T> => this.#within(answer$, isReached);
    return {
      maxRecord: this.maxRecord,
      read: (...all) => of(this.read(...all)),
      append: (...all) => of(this.append(...all)),
      delete: (...all) => of(this.delete(...all)),
      close: async () => {},
    };
  }

  #within<T>(answer$: Observable<T>, isReached: () => boolean): Observable<T> {
    return defer(() => (isReached() ? answer$ : this.#lost$)).pipe(
      mergeMap((answer) => (isReached() ? of(answer) : this.#lost$)),
    );
  }

  get #lost$(): Observable<never> {
    return timer(2_000, this.clock).pipe(mergeMap(() => throwError(() => new Error('timeout'))));
  }

  read(name: string, above: number): Observable<LogRecord> {
    return this.#ask(() => {
      const found = this.records.filter((each) => each.name === name && each.sequence > above);
      return from([...found]);
    });
  }

  append(name: string, bytes: Uint8Array, last: number): Observable<number | undefined> {
    return this.#ask(() => {
      const known = this.records.findLast((each) => each.name === name)?.sequence ?? 0;
      if (known !== last) return of(undefined);
      this.records.push({ name, bytes, sequence: ++this.#sequence });
      this.added(name, bytes);
      return of(this.#sequence);
    });
  }

  delete(name: string, { below, also }: Dead): Observable<never> {
    return this.#ask(() => {
      const isDead = (each: LogRecord & { readonly name: string }): boolean =>
        each.name === name && (each.sequence < below || also.includes(each.sequence));
      this.records.splice(0, Infinity, ...this.records.filter((each) => !isDead(each)));
      return EMPTY;
    });
  }

  async close(): Promise<void> {}

  #ask<T>(perform: () => Observable<T>): Observable<T> {
    return defer(() => {
      const { clock, latency } = this;
      const luck = this.lucks.shift() ?? 'well';
      if (luck === 'lost') return this.#lost$;
      // One latency there, one back, each its own.
      const done$ = timer(latency, clock).pipe(
        mergeMap(() => {
          const answer$ = perform();
          if (luck === 'unanswered') return this.#lost$;
          return concat(timer(latency, clock).pipe(ignoreElements()), answer$);
        }),
      );
      return done$;
    });
  }
}
