import type { Check } from '../../lib/cli/conformance/check.js';
import { runChecks, type Verdict } from '../../lib/cli/conformance/runChecks.js';
import type { Subject } from '../../lib/cli/conformance/subject.js';

/** Plays checks side by side, each row of them with a subject of its own, because they mostly wait; the verdicts. */
export async function verdicts(
  start: () => Subject,
  checks: readonly Check[],
  rows = 4,
): Promise<readonly Verdict[]> {
  const play = async (row: number): Promise<Verdict[]> => {
    const all: Verdict[] = [];
    const chosen = checks.filter((_, n) => n % rows === row);
    for await (const verdict of runChecks(start, chosen)) all.push(verdict);
    return all;
  };
  const played = await Promise.all(Array.from({ length: rows }, (_, row) => play(row)));
  return played.flat();
}
