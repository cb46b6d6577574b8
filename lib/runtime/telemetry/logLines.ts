import type { Unsubscribable } from 'rxjs';
import type { LogLine } from './logger.js';

/**
 * The lines of a log, so many a second of each code, since clients can cause some without end: further ones are
 * counted, and told of in one line when the second is over (I11).
 */
export class LogLines {
  readonly #write: (line: LogLine) => void;
  readonly #max: number;
  readonly #clock: Clock;
  readonly #seconds = new Map<string, Second>();

  constructor(write: (line: LogLine) => void, max: number, clock: Clock) {
    this.#write = write;
    this.#max = max;
    this.#clock = clock;
  }

  write(line: LogLine): void {
    const now = this.#clock.uptime();
    let second = this.#seconds.get(line.code);
    // One that has left something out is over when that is told.
    if (second === undefined || (second.end <= now && second.summary === undefined)) {
      second = { end: now + 1_000, lines: 0, leftOut: 0, summary: undefined };
      this.#seconds.set(line.code, second);
    }
    if (second.lines < this.#max) {
      second.lines++;
      return this.#write(line);
    }
    second.leftOut += line.count ?? 1;
    const tell = (): void => this.#tell(line.code);
    second.summary ??= this.#clock.after(Math.max(0, second.end - now), tell);
  }

  /** Tells at once what was left out, so that no timer remains. */
  close(): void {
    for (const code of this.#seconds.keys()) this.#tell(code);
  }

  #tell(code: string): void {
    const { leftOut = 0, summary } = this.#seconds.get(code) ?? {};
    this.#seconds.delete(code);
    if (summary === undefined) return;
    summary.unsubscribe();
    const message = `${code}: ${leftOut} more within a second, see system.events$`;
    this.#write({ level: 'warn', code, message, count: leftOut });
  }
}

/** A second in which there were lines of one code. */
interface Second {
  /** In milliseconds of the clock. */
  readonly end: number;
  lines: number;
  leftOut: number;
  /** What will tell of those that were left out. */
  summary: Unsubscribable | undefined;
}

/** Where the seconds come from: the system. */
export interface Clock {
  /** Milliseconds. */
  uptime(): number;
  after(millis: number, run: () => void): Unsubscribable;
}
