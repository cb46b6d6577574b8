import type { Pid } from '../../core/index.js';

/** Rows in lists of which each is about so many bytes as it crosses. A group that is too large for one goes on in the next. */
export function pieces(rows: Iterable<Row>, limit: number): Row[][] {
  const packing = new Packing(limit);
  for (const [group, members] of rows) {
    if (typeof members === 'number') packing.count(group, members);
    else packing.list(group, members);
  }
  return packing.pieces;
}

/** A group with members or, in a counted scope, with how many they are: as it stands in an entry. */
export type Row = readonly [group: string, members: readonly Pid[] | number];

class Packing {
  readonly pieces: Row[][] = [];
  #left = 0;

  constructor(readonly limit: number) {}

  count(group: string, count: number): void {
    this.#push(bytesOf(group), 0, [group, count]);
  }

  list(group: string, members: readonly Pid[]): void {
    const head = bytesOf(group);
    let part: Pid[] | undefined;
    for (const pid of members) {
      const size = bytesOf(pid);
      if (part === undefined || this.#left < size) {
        part = [];
        this.#push(head, size, [group, part]);
      }
      part.push(pid);
      this.#left -= size;
    }
  }

  /** Adds a row, which begins a piece if it does not fit in with its first member. */
  #push(head: number, first: number, row: Row): void {
    if (this.pieces.length === 0 || this.#left < head + first) {
      this.pieces.push([]);
      this.#left = this.limit;
    }
    (this.pieces.at(-1) as Row[]).push(row);
    this.#left -= head;
  }
}

/** With what stands before a text, or a number in its place. */
const bytesOf = (text: string): number => Buffer.byteLength(text) + 12;
