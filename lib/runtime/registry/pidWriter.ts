import type { Pid } from '../../core/index.js';

/** Writes the PIDs of one host, with `0x` and at least five hex digits of the system's counter (P1). */
export class PidWriter {
  /** `{host|` or `{node@host|`. */
  readonly #prefix: string;
  /** Everything before the last two digits, for the block of 256 numbers that was written last. */
  #block = -1;
  #start = '';

  constructor(node: string | undefined, host: string) {
    this.#prefix = node === undefined ? `{${host}|` : `{${node}@${host}|`;
  }

  write(n: number): Pid {
    const block = Math.floor(n / 256);
    if (block !== this.#block) {
      this.#block = block;
      this.#start = `${this.#prefix}0x${block.toString(16).padStart(3, '0')}`;
    }
    return this.#start + (LAST[n & 255] as string);
  }
}

/** The last two digits of a PID and its brace, made in advance, so that one concatenation writes a PID. */
const LAST = Array.from({ length: 256 }, (_, n) => `${n.toString(16).padStart(2, '0')}}`);
