import { useRef } from 'preact/hooks';
import { format } from './format.js';
import { type Rates, ratesOf } from './ratesOf.js';

/** Says how much totals that come again and again grow in a second; a dash until they have come twice. */
export function useRates(
  totals: readonly (readonly [key: string, total: number])[],
  say: (perSecond: number) => string = format.rate,
): (key: string) => string {
  const rates = useRef<Rates>(new Map());
  rates.current = ratesOf(rates.current, totals, performance.now());
  return (key) => {
    const { perSecond } = rates.current.get(key) ?? {};
    return perSecond === undefined ? '–' : say(perSecond);
  };
}
