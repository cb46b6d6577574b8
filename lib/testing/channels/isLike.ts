/**
 * Whether a value is like what a test expects: an object has at least the fields that are named, an array as many items,
 * each like the other's, and `undefined` stands for anything. A matcher of the runner (`expect.any(String)`) is asked.
 */
export function isLike(actual: unknown, expected: unknown): boolean {
  if (expected === undefined || Object.is(actual, expected)) return true;
  if (typeof expected !== 'object' || expected === null) return false;
  if (isMatcher(expected)) return expected.asymmetricMatch(actual);
  if (typeof actual !== 'object' || actual === null) return false;
  if (Array.isArray(expected) !== Array.isArray(actual)) return false;
  if (Array.isArray(expected) && expected.length !== (actual as unknown[]).length) return false;
  return Object.entries(expected).every(([key, value]) =>
    isLike((actual as Readonly<Record<string, unknown>>)[key], value),
  );
}

/** As jest and vitest have them. */
interface Matcher {
  asymmetricMatch(value: unknown): boolean;
}

const isMatcher = (value: object): value is Matcher =>
  typeof (value as Partial<Matcher>).asymmetricMatch === 'function';

/** A part of a value, as `isLike` takes it; a matcher of a runner is `any`, which fits. */
export type Like<T> = unknown extends T
  ? unknown
  : T extends object
    ? { readonly [K in keyof T]?: Like<T[K]> }
    : T;
