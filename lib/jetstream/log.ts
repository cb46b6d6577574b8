import type { Observable } from 'rxjs';

/**
 * Where records of streams are, each with its sequence, which rises within the log: the part of JetStream that is used. All
 * observables are cold, and may fail at any time; then nobody knows what has become of the record.
 */
export interface Log {
  /** Bytes of the largest record. */
  readonly maxRecord: number;
  /** The records of a stream above a sequence, in their order; completes behind the last that was there at the call. */
  read(name: string, above: number): Observable<LogRecord>;
  /** Adds a record behind exactly that one; emits its sequence, or `undefined` if another is the last by now. */
  append(name: string, bytes: Uint8Array, last: number): Observable<number | undefined>;
  /** Deletes the records of a stream below a sequence, or these of them. */
  delete(name: string, which: Dead): Observable<never>;
  /** Ends; nothing is asked any more. */
  close(): Promise<void>;
}

/** A record as it is in the log. */
export interface LogRecord {
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

/** Records that nobody needs. */
export interface Dead {
  readonly below: number;
  readonly also: readonly number[];
}
