import { differences } from './differences.js';
import { show } from './show.js';
import type { IsEqual, Sign } from './signsOf.js';

/**
 * Says what the signs stand for at the places where two diagrams differ: values that the test does not
 * know, each below what was expected there and with the parts that differ; and errors.
 */
export function legendOf(places: readonly Place[], isEqual: IsEqual): readonly string[] {
  const pairs = places.flatMap(({ expected, actual }) =>
    Array.from({ length: Math.max(expected.length, actual.length) }, (_, n) => [
      expected[n],
      actual[n],
    ]),
  );
  const isUnknown = pairs.some(([, actual]) => actual?.isFresh);
  const entries = pairs.flatMap(([expected, actual]) => [
    expected && (isUnknown || expected.sign === '#') ? lineOf(expected, 'expected') : '',
    actual && (actual.isFresh || actual.sign === '#') ? entryOf(actual, expected, isEqual) : '',
  ]);
  return [...new Set(entries)].filter((entry) => entry !== '');
}

/** What two diagrams have at the same time. */
export interface Place {
  readonly at: number;
  readonly expected: readonly Sign[];
  readonly actual: readonly Sign[];
}

const lineOf = ({ sign, value }: Sign, side: string): string =>
  sign === '|' ? '' : `${sign}  ${side}  ${show(value)}`;

/** An actual value and the parts of it that differ from what was expected in its place. */
function entryOf(actual: Sign, expected: Sign | undefined, isEqual: IsEqual): string {
  const parts = expected === undefined ? [] : differences(actual.value, expected.value, isEqual);
  // More of them say no more than the two values do.
  const shown = parts.length > MAX_DIFFERENCES ? [] : parts.map((part) => `${INDENT}${part}`);
  return [lineOf(actual, 'actual  '), ...shown].join('\n');
}

const MAX_DIFFERENCES = 3;
/** As wide as what stands before a value. */
const INDENT = ' '.repeat(13);
