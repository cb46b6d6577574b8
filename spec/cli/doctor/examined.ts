import { layOut } from '../../../lib/cli/layOut.js';
import { endOf, run } from '../../../lib/cli/run.js';

/** What the doctor prints of a URL, a line each without the spaces between columns, and how it ends. */
export async function examined(url: string, ...options: readonly string[]): Promise<Examined> {
  const lines: string[] = [];
  const bars: string[] = [];
  const context = { env: {}, isTerminal: false, progress: (line: string) => void bars.push(line) };
  const argv = ['doctor', url, '--idle', '50ms', ...options];
  const told = { lines, bars };
  try {
    for await (const screen of run(argv, context)) {
      const all = typeof screen === 'string' ? [screen] : layOut(screen.rows);
      lines.push(...all.map(plain));
    }
  } catch (error) {
    return { ...told, ...endOf(error) };
  }
  return { ...told, exitCode: 0 };
}

interface Examined {
  readonly lines: readonly string[];
  /** What stood on stderr meanwhile, one in place of the other. */
  readonly bars: readonly string[];
  /** With which line it has failed. */
  readonly line?: string;
  readonly exitCode: number;
}

/** How long something took is another time each time. */
const plain = (line: string): string =>
  line.replace(/ {2,}/g, ' ').replace(/after \d+ms/, 'after <n>');

/** The lines of one check: its own, and its cure. */
export function linesOf(lines: readonly string[], name: string): readonly string[] {
  const from = lines.findIndex((line) => line.split(' ')[1] === name);
  const length = lines.slice(from + 1).findIndex((line) => !line.startsWith(' '));
  return lines.slice(from, from + 1 + length).map((line) => line.trim());
}
