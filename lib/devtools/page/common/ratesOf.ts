/**
 * How fast some totals grow, from what was seen of them before. Where less than half a second has gone by, as when somebody
 * scrolls, the rates stay: they would jump.
 *
 * @param at milliseconds
 */
export function ratesOf(
  before: Rates,
  totals: readonly (readonly [key: string, total: number])[],
  at: number,
): Rates {
  return new Map(
    totals.map(([key, total]) => {
      const last = before.get(key);
      if (last === undefined) return [key, { total, at }];
      const ms = at - last.at;
      if (ms < LEAST) return [key, last];
      // A total that has fallen is of another one with the same name.
      return [key, { total, at, perSecond: Math.max(0, total - last.total) / (ms / 1_000) }];
    }),
  );
}

const LEAST = 500;

/** What was seen of each, by key; `perSecond` is there from the second time on. */
export type Rates = ReadonlyMap<
  string,
  { readonly total: number; readonly at: number; readonly perSecond?: number }
>;
