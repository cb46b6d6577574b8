import { readable } from './readable.js';

/** How far something is that takes its time: `idle  [######--------------]  20s of 1m5s`. */
export function progressBar(name: string, done: number, total: number): string {
  const now = Math.min(done, total);
  const full = Math.round((now / total) * WIDTH);
  const bar = '#'.repeat(full).padEnd(WIDTH, '-');
  const shown = total < 1_000 ? now : Math.floor(now / 1_000) * 1_000;
  return `${name}  [${bar}]  ${readable.span(shown)} of ${readable.span(total)}`;
}

const WIDTH = 20;
