import { readable } from './readable.js';

/** How far something is that takes its time: `idle  [######--------------]  20s of 1m5s`. */
export function progressBar(name: string, done: number, total: number): string {
  const now = Math.min(done, total);
  const full = Math.round((now / total) * WIDTH);
  const bar = '#'.repeat(full).padEnd(WIDTH, '-');
  return `${name}  [${bar}]  ${whole(now)} of ${whole(total)}`;
}

const WIDTH = 20;

const whole = (millis: number): string =>
  readable.span(millis < 1_000 ? millis : Math.floor(millis / 1_000) * 1_000);
