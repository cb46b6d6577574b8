/**
 * Prepares two values for a runner's equality: where an error stands on both sides, each becomes a
 * plain object of its name, message, cause and own fields, because jest's equality, for one, ignores
 * `code` and `cause`. Looks into arrays and plain objects; everything else is left to the runner, its
 * matchers (`expect.any(Error)`) included.
 */
export function comparable(actual: unknown, expected: unknown): [unknown, unknown] {
  return align(actual, expected, new Set());
}

/** `above` holds the actual values on the way down, so that a cycle ends where it closes. */
function align(actual: unknown, expected: unknown, above: Set<unknown>): [unknown, unknown] {
  const bothErrors = actual instanceof Error && expected instanceof Error;
  const alike =
    bothErrors ||
    (Array.isArray(actual) && Array.isArray(expected)) ||
    (isPlain(actual) && isPlain(expected));
  if (!alike || actual === expected || above.has(actual)) return [actual, expected];
  above.add(actual);
  const sides = bothErrors
    ? alignFields(describe(actual), describe(expected), above)
    : alignFields(actual as Fields, expected as Fields, above);
  above.delete(actual);
  return sides;
}

export type Fields = Record<PropertyKey, unknown>;

function alignFields(actual: Fields, expected: Fields, above: Set<unknown>): [Fields, Fields] {
  const left: Fields = copy(actual);
  const right: Fields = copy(expected);
  for (const key of Reflect.ownKeys(left)) {
    if (!Object.hasOwn(right, key) || (Array.isArray(left) && key === 'length')) continue;
    [left[key], right[key]] = align(left[key], right[key], above);
  }
  return [left, right];
}

function copy(value: Fields): Fields {
  return Array.isArray(value) ? ([...value] as unknown as Fields) : { ...value };
}

/** What makes two errors equal. The stack is where, not what; `errors` of an AggregateError is own. */
function describe(error: Error): Fields {
  const fields: Fields = { name: error.name, message: error.message };
  for (const key of Object.getOwnPropertyNames(error)) {
    if (key !== 'stack') fields[key] = (error as unknown as Fields)[key];
  }
  return fields;
}

/** Whether a value is an object literal, whose fields are all there is to it. */
export function isPlain(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
