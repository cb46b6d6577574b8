import type { Dead, Log } from './log.js';
import { EMPTY, type Place } from './readBack.js';

/** Where the entries of a stream are in the log, so that records go of which nothing is left. */
export class Places {
  #records: Place[];

  constructor(records: Place[] = []) {
    this.#records = records;
  }

  /** A record is in the log, with so many entries behind an offset. */
  push(sequence: number, top: number, count: number): void {
    this.#records.push({ sequence, from: top + 1, to: top + count, living: 0 });
  }

  /** The stream begins anew: nothing of the records before is left. */
  clear(): void {
    this.#records = this.#records.map(({ sequence }) => ({ sequence, ...EMPTY, living: 0 }));
  }

  /** An entry has come, or is gone. */
  count(offset: number, by: 1 | -1): void {
    const record = this.#recordOf(offset);
    if (record !== undefined) record.living += by;
  }

  /** The records that nobody needs, if they are many; the last one is always needed, as it says what the stream is. */
  get dead(): Dead | undefined {
    const records = this.#records.slice(0, -1);
    const all = records.filter(({ living }) => living === 0);
    if (all.length < MANY) return undefined;
    const { sequence: below } = this.#records.find(({ living }) => living > 0) ?? this.#last;
    const also = all.flatMap(({ sequence }) => (sequence > below ? [sequence] : []));
    return { below, also };
  }

  /** Has them deleted; what fails stays in the log until its time is over. */
  delete(dead: Dead, { log, name, report }: Where): void {
    const gone = new Set(dead.also);
    const isLeft = ({ sequence }: Place): boolean => sequence >= dead.below && !gone.has(sequence);
    this.#records = this.#records.filter(isLeft);
    log.delete(name, dead).subscribe({
      error: (error: unknown) => report(`records of ${name} stay in the log`, error),
    });
  }

  get #last(): Place {
    return this.#records.at(-1) as Place;
  }

  /** The last one that begins at or before it; those without entries begin where the next one does. */
  #recordOf(offset: number): Place | undefined {
    let [low, high] = [0, this.#records.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#records[middle] as Place).from <= offset) low = middle + 1;
      else high = middle;
    }
    const found = this.#records[low - 1];
    return found !== undefined && offset <= found.to ? found : undefined;
  }
}

/** Where records are deleted. */
interface Where {
  readonly log: Pick<Log, 'delete'>;
  readonly name: string;
  readonly report: (what: string, error: unknown) => void;
}

/** So many dead records are worth a request. */
const MANY = 16;
