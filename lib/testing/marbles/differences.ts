import { type Fields, isPlain } from './comparable.js';
import { show } from './show.js';
import type { IsEqual } from './signsOf.js';

/**
 * Where two pieces of data differ: the path of each part, and what stands there on both sides. Two texts of
 * JSON, as they go to a client, are looked into as well.
 */
export function differences(
  actual: unknown,
  expected: unknown,
  isEqual: IsEqual,
  path: readonly string[] = [],
): readonly string[] {
  if (isEqual(actual, expected)) return [];
  const [one, other] = [readJson(actual), readJson(expected)];
  if (one !== undefined && other !== undefined) {
    const inside = [...path.slice(0, -1), `${path.at(-1) ?? ''}(JSON)`];
    const found = differences(one, other, isEqual, inside);
    if (found.length > 0) return found; // otherwise they differ as texts only
  }
  const isData =
    (isPlain(actual) && isPlain(expected)) || (Array.isArray(actual) && Array.isArray(expected));
  // Deeper than that may be a cycle.
  if (!isData || path.length === MAX_DEPTH) {
    const text = `${show(actual)} instead of ${show(expected)}`;
    return path.length === 0 ? [] : [`${path.join('.')}: ${text}`];
  }
  const [left, right] = [actual as Fields, expected as Fields];
  const keys = new Set([...Object.keys(right), ...Object.keys(left)]);
  return [...keys].flatMap((key) => differences(left[key], right[key], isEqual, [...path, key]));
}

const MAX_DEPTH = 8;

/** The list or object that a text is, if it is one. */
function readJson(text: unknown): object | undefined {
  if (typeof text !== 'string' || !/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
