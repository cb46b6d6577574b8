import { printable } from '../core/index.js';

/**
 * Lays rows out as lines: the labels in a column, and what a label says beside it, over several lines if need
 * be. What a server has said cannot take over the terminal: control characters are written as escapes.
 */
export function layOut(rows: Rows, { columns = MAX_LINE, emphasize = same }: Style = {}): string[] {
  const labels = rows.map((row) => (typeof row === 'string' ? '' : row[0]));
  const width = Math.max(...labels.map(({ length }) => length)) + GAP;
  return rows.flatMap((row) => {
    if (typeof row === 'string') return printable(row, columns);
    const [label, ...lines] = row;
    return lines.map((line, i) => {
      const whole = printable((i === 0 ? label : '').padEnd(width) + line, columns);
      return emphasize(whole.slice(0, width)) + whole.slice(width);
    });
  });
}

/** Lines of their own, and rows: a label with its lines. */
export type Rows = readonly (string | readonly [label: string, ...lines: string[]])[];

/** How rows are laid out. */
export interface Style {
  /** What a line is cut to; default 4,096 characters. */
  readonly columns?: number;
  /** For labels; default: as they are. */
  readonly emphasize?: (text: string) => string;
}

const MAX_LINE = 4_096;
const GAP = 3;

const same = (text: string): string => text;

/** Texts one below the other, with what belongs to each in a second column. */
export function columns(pairs: readonly (readonly [string, string])[], gap: number): string[] {
  const width = Math.max(...pairs.map(([first]) => first.length)) + gap;
  return pairs.map(([first, second]) => (first.padEnd(width) + second).trimEnd());
}

/** What stands beside each other in a line. */
export const inLine = (...parts: readonly (string | false)[]): string =>
  parts.filter((part) => part !== false).join(' · ');
