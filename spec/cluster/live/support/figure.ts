import { writeSync } from 'node:fs';

/** Says what was measured where `DRILLS` is set; elsewhere nobody reads it. */
export function figure(what: string, millis: readonly number[]): void {
  if (process.env.DRILLS === undefined) return;
  const sorted = millis.map(Math.round).toSorted((a, b) => a - b);
  writeSync(2, `${what}, ms: ${sorted.join(' ')}\n`);
}
