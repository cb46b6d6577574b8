import { drawRows, grouped } from '../marbles/drawRows.js';

/** Rows of equal width, in rxjs's run mode syntax. */
export interface Layout {
  readonly rows: ReadonlyMap<string, string>;
  /** From the beginning to just after the last instant, as a subscription's row. */
  readonly until: string;
}

/** Something in a row at an instant: a letter, or `|` or `#` for its end. */
export interface Mark {
  /** Milliseconds since the beginning. */
  readonly at: number;
  readonly row: string;
  readonly sign: string;
  /** Whether it came from outside: each such has a column of its own, with what it caused. */
  readonly isCause: boolean;
}

/**
 * Draws rows one under the other, a column an instant. A group takes as many milliseconds as it has
 * characters, rxjs's rule: an instant that would fall into a group is moved behind it, and all later
 * ones with it. So are causes of the same millisecond.
 */
export function layOut(names: readonly string[], marks: readonly Mark[]): Layout {
  const rows = names.map(() => new Map<number, string>());
  let last = 0;
  let before: Instant | undefined;
  let width = 0;
  for (const instant of instantsOf(marks)) {
    if (before !== undefined) last += Math.max(width, instant.at - before.at);
    const texts = names.map((name) => grouped(instant.cells.get(name) ?? ''));
    for (const [n, text] of texts.entries()) if (text !== '') rows[n]?.set(last, text);
    width = Math.max(1, ...texts.map(({ length }) => length));
    before = instant;
  }
  const until = new Map([
    [0, '^'],
    [last + 1, '!'],
  ]);
  const [end = '', ...drawn] = drawRows([until, ...rows]);
  // Where no group is the last, the `!` alone has the last column.
  const length = width > 1 ? end.length : end.length - 1;
  return {
    rows: new Map(names.map((name, n) => [name, drawn[n]?.slice(0, length) as string])),
    until: end.slice(0, end.indexOf('!') + 1),
  };
}

interface Instant {
  readonly at: number;
  readonly cells: Map<string, string>;
}

/** The instants that occur, in recorded order; the beginning is always one. */
function instantsOf(marks: readonly Mark[]): readonly Instant[] {
  let last: Instant = { at: 0, cells: new Map() };
  const instants = [last];
  for (const { at, row, sign, isCause } of marks) {
    if (at > last.at || (isCause && last.cells.size > 0)) {
      last = { at: Math.max(at, last.at), cells: new Map() };
      instants.push(last);
    }
    last.cells.set(row, (last.cells.get(row) ?? '') + sign);
  }
  return instants;
}
