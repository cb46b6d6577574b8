import { writeSync } from 'node:fs';

/** Whether everything is done more often than in CI, and has to be as fast as it is meant to be. */
export const isDrill = process.env.DRILLS !== undefined;

/** Milliseconds after which all has arrived that was held up; a busy machine gets more. */
export const SOON = isDrill ? 1_000 : 3_000;

/** Says what was measured in a drill; elsewhere nobody reads it. */
export function figure(what: string, millis: readonly number[]): void {
  if (!isDrill) return;
  const sorted = millis.map(Math.round).toSorted((a, b) => a - b);
  writeSync(2, `${what}, ms: ${sorted.join(' ')}\n`);
}
