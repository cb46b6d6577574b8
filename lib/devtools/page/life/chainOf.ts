import type { Mark } from '../../wire/life.js';

/**
 * What led to some marbles, back to the first message, and everything that they have led to, in whatever process: the
 * numbers of all, theirs as well.
 */
export function chainOf(marks: readonly Mark[], chosen: readonly number[]): ReadonlySet<number> {
  const chain = new Set<number>(chosen);
  const causes = new Map(marks.map(({ n, cause }) => [n, cause]));
  for (const n of chosen) {
    // A cause has a lower number than what it causes, so that this comes to an end.
    for (let cause = causes.get(n); cause !== undefined; cause = causes.get(cause))
      chain.add(cause);
  }
  const later = new Set<number>(chosen);
  for (const { n, cause } of marks) {
    if (cause !== undefined && later.has(cause)) later.add(n);
  }
  return new Set([...chain, ...later]);
}
