import { useRef } from 'preact/hooks';
import { format } from './format.js';
import { type Rates, ratesOf } from './ratesOf.js';

/** Says how fast totals grow that come again and again: `… /s`, or a dash until they have come twice. */
export function useRates(
  totals: readonly (readonly [key: string, total: number])[],
): (key: string) => string {
  const rates = useRef<Rates>(new Map());
  rates.current = ratesOf(rates.current, totals, performance.now());
  return (key) => {
    const { perSecond } = rates.current.get(key) ?? {};
    return perSecond === undefined ? '–' : format.rate(perSecond);
  };
}
