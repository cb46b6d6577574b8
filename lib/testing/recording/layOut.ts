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

/** Longer gaps are written as a time. */
const LONGEST = 10;

/**
 * Draws rows one under the other, a column an instant. A group takes as many milliseconds as it has
 * characters, rxjs's rule: an instant that would fall into a group is moved behind it, and all later
 * ones with it. So are causes of the same millisecond.
 */
export function layOut(names: readonly string[], marks: readonly Mark[]): Layout {
  const instants = instantsOf(marks);
  const rows = new Map(names.map((name) => [name, '']));
  let blank = '';
  let lastCell = 0;
  instants.forEach(({ at, cells }, i) => {
    const texts = names.map((name) => grouped(cells.get(name) ?? ''));
    const width = Math.max(1, ...texts.map(({ length }) => length));
    const next = instants[i + 1];
    const gap = next === undefined ? '' : pause(next.at - at - width);
    names.forEach((name, n) => {
      rows.set(name, rows.get(name) + (texts[n] as string).padEnd(width, '-') + gap);
    });
    lastCell = blank.length;
    blank += '-'.repeat(width) + gap;
  });
  return { rows, until: `^${blank.slice(1, Math.max(lastCell, 1))}${lastCell > 0 ? '-!' : '!'}` };
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

const grouped = (signs: string): string => (signs.length > 1 ? `(${signs})` : signs);

const pause = (millis: number): string =>
  millis > LONGEST ? ` ${millis}ms ` : '-'.repeat(Math.max(0, millis));
