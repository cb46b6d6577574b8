/**
 * Whether a value is what MessagePack carries as it is: texts, numbers, arrays, plain objects, dates and buffers, at most
 * so many levels deep. This is the short way, which most payloads take; `more` judges any other object.
 */
export function isPlainData(
  value: unknown,
  depth = MAX_DEPTH,
  more?: (value: object, depth: number) => boolean,
): boolean {
  if (typeof value !== 'object') return typeof value !== 'function' && typeof value !== 'symbol';
  if (value === null) return true;
  if (depth === 0) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) {
    for (const key in value) {
      if (!isPlainData((value as Record<string, unknown>)[key], depth - 1, more)) return false;
    }
    return true;
  }
  if (prototype === Array.prototype) {
    if ((value as unknown[]).length > MAX_LENGTH) return false;
    for (const each of value as unknown[]) if (!isPlainData(each, depth - 1, more)) return false;
    return true;
  }
  if (prototype === Buffer.prototype || prototype === Date.prototype) return true;
  return more?.(value, depth) ?? false;
}

/** The members of an array (D23). A few bytes of code make an array of four billion holes, and each would cross. */
export const MAX_LENGTH = 2 ** 26;

/** The levels of a payload (D23). */
export const MAX_DEPTH = 100;

/**
 * Whether a value that has come is data by D23, and no more than that. *Why:* msgpackr knows more than entries use, so
 * hostile bytes could make what no payload is.
 */
export function isData(value: unknown): boolean {
  return isPlainData(value, MAX_DEPTH, isRevived);
}

function isRevived(value: object, depth: number): boolean {
  const within = (each: unknown): boolean => isPlainData(each, depth - 1, isRevived);
  if (value instanceof Map) {
    for (const [key, each] of value) if (!within(key) || !within(each)) return false;
    return true;
  }
  if (value instanceof Set) return [...value].every(within);
  if (value instanceof Error) {
    return Object.getOwnPropertyNames(value).every((key) => within(value[key as keyof Error]));
  }
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof RegExp;
}
