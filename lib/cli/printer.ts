import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import type { Screen } from './command.js';
import { layOut } from './layOut.js';

/** Writes screens to stdout: labels in bold where somebody sees it, and a live table over the one before (CL1, CL3). */
export class Printer {
  readonly #stdout: WriteStream;
  /** Lines of the live table that stands above the cursor. */
  #height = 0;

  constructor(stdout: WriteStream) {
    this.#stdout = stdout;
  }

  print(screen: Screen): void {
    const { isTTY, columns, rows } = this.#stdout;
    if (typeof screen === 'string') return this.#write(`${screen}\n`);
    // Knows of NO_COLOR and of terminals that can show none.
    const isBold = isTTY && this.#stdout.hasColors();
    const emphasize = isBold ? (text: string) => styleText('bold', text) : (text: string) => text;
    if (!isTTY || !screen.isLive) {
      return this.#write(`${layOut(screen.rows, { emphasize }).join('\n')}\n`);
    }
    // A line that wraps, or one that has scrolled away, could not be written over.
    const lines = layOut(screen.rows, { emphasize, columns: columns - 1 }).slice(0, rows - 1);
    const back = this.#height > 0 ? `\x1b[${this.#height}A` : '';
    this.#write(`${back}${lines.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J`);
    this.#height = lines.length;
  }

  #write(text: string): void {
    this.#stdout.write(text);
  }
}
