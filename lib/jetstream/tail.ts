import { type Observable, Subscription, toArray, type Unsubscribable } from 'rxjs';
import type { Log, LogRecord } from './log.js';
import { decodeRecord, encodeRecord, type StreamRecord } from './streamRecord.js';

/**
 * The end of a stream in the log, as its writer knows it. A record goes behind the last one that is known, or it is refused:
 * then it is there already, as its answer was lost, or somebody else has written one. What fails is tried again, which
 * changes nothing twice for that reason.
 */
export class Tail {
  readonly #log: Log;
  readonly #owner: TailOwner;
  readonly #work = new Subscription();
  #last = 0;
  /** Since the first failure: how long it is tried, and whether that is over. */
  #patience: Unsubscribable | undefined;
  #isLate = false;

  constructor(log: Log, owner: TailOwner) {
    this.#log = log;
    this.#owner = owner;
  }

  /** Reads all that is there, and knows the end from then on. */
  read(done: (records: readonly LogRecord[]) => void): void {
    const read$ = this.#log.read(this.#owner.name, 0).pipe(toArray());
    this.#try(read$, (records) => {
      this.#last = records.at(-1)?.sequence ?? 0;
      done(records);
    });
  }

  /** Adds a record. @param done its sequence; `undefined`: somebody else has written one */
  append(record: StreamRecord, done: (sequence: number | undefined) => void): void {
    const append$ = this.#log.append(this.#owner.name, encodeRecord(record), this.#last);
    this.#try(append$, (sequence) => {
      if (sequence === undefined) return this.#find(record, done);
      this.#last = sequence;
      done(sequence);
    });
  }

  /** What stands behind the last record that is known. */
  #find({ by, n }: StreamRecord, done: (sequence: number | undefined) => void): void {
    const read$ = this.#log.read(this.#owner.name, this.#last).pipe(toArray());
    this.#try(read$, ([next]) => {
      if (next === undefined || !isBy(next, by, n)) return done(undefined);
      this.#last = next.sequence;
      done(next.sequence);
    });
  }

  #try<T>(work$: Observable<T>, done: (result: T) => void): void {
    const next = (result: T): void => {
      this.#rest();
      done(result);
    };
    const error = (why: unknown): void => {
      if (this.#isLate) return this.#owner.failed(why);
      this.#patience ??= this.#after(PATIENCE, () => {
        this.#isLate = true;
      });
      this.#after(PAUSE, () => this.#try(work$, done));
    };
    this.#work.add(work$.subscribe({ next, error }));
  }

  #after(millis: number, run: () => void): Unsubscribable {
    const clock = new Subscription();
    this.#work.add(clock);
    const ring = (): void => {
      clock.unsubscribe();
      run();
    };
    clock.add(this.#owner.after(millis, ring));
    return clock;
  }

  /** The log has answered. */
  #rest(): void {
    this.#patience?.unsubscribe();
    this.#patience = undefined;
    this.#isLate = false;
  }

  /** Nothing is told any more. */
  end(): void {
    this.#work.unsubscribe();
  }
}

/** Whose stream it is. */
interface TailOwner {
  readonly name: string;
  after(millis: number, run: () => void): Unsubscribable;
  /** The log does not answer. */
  failed(error: unknown): void;
}

function isBy({ bytes }: LogRecord, by: string, n: number): boolean {
  try {
    const record = decodeRecord(bytes);
    return record.by === by && record.n === n;
  } catch {
    // Of a newer version, so not one's own.
    return false;
  }
}

/** Milliseconds between two tries, and for which it is tried. */
const PAUSE = 500;
const PATIENCE = 10_000;
