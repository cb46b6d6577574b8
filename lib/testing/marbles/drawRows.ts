/**
 * Draws rows one under the other in rxjs's run mode syntax, all of one width: a column is an instant, and
 * a pause of more than 10 ms that all of them share is written as a time. A group takes as many
 * milliseconds as it has characters. Where something follows sooner, which no diagram can say, the other
 * rows have spaces below the group.
 */
export function drawRows(rows: readonly Row[]): string[] {
  const spans = rows.map(spansOf);
  const edges = new Set([0, ...spans.flat().flatMap(({ at, end }) => [at, end])]);
  const times = [...edges].sort((one, other) => one - other);
  const drawn = rows.map(() => '');
  // What a row has still to write of its text at this time.
  const rests = rows.map(() => '');
  for (const [i, from] of times.slice(0, -1).entries()) {
    const to = times[i + 1] as number;
    const texts = spans.map((row) => row.find(({ at, end }) => at <= from && from < end));
    const isPause = texts.every((text) => text === undefined);
    const blank = isPause ? pause(to - from) : '-'.repeat(Math.ceil(to - from));
    for (const [n, text] of texts.entries()) if (text?.at === from) rests[n] = text.text;
    const due = texts.map((text, n) => (text?.end === to ? (rests[n] as string).length : 0));
    const width = Math.max(blank.length, ...due);
    for (const [n, rest] of rests.entries()) {
      drawn[n] += (texts[n] ? rest.slice(0, width) : blank).padEnd(width);
      rests[n] = rest.slice(width);
    }
  }
  return drawn;
}

/** What a row shows at a millisecond: a sign, or a group of them such as `(ab|)`. */
export type Row = ReadonlyMap<number, string>;

/** Signs of one instant, as they stand in a row. */
export const grouped = (signs: string): string => (signs.length > 1 ? `(${signs})` : signs);

/** A text and the milliseconds that it takes in its row. */
interface Span {
  readonly at: number;
  readonly end: number;
  readonly text: string;
}

function spansOf(row: Row): Span[] {
  const cells = [...row].sort(([one], [other]) => one - other);
  return cells.map(([at, text], i) => {
    const next = cells[i + 1]?.[0] ?? Number.POSITIVE_INFINITY;
    return { at, end: Math.min(at + text.length, next), text };
  });
}

/** Longer pauses are written as a time. */
const LONGEST = 10;

function pause(millis: number): string {
  if (millis <= LONGEST && Number.isInteger(millis)) return '-'.repeat(millis);
  if (millis % 60_000 === 0) return ` ${millis / 60_000}m `;
  return millis % 1_000 === 0 ? ` ${millis / 1_000}s ` : ` ${millis}ms `;
}
