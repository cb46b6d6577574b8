import type { Metadata } from '../../protocol/index.js';

/** The metadata of a connection that was given none (L3). */
export const NO_METADATA: Metadata = Object.freeze({});

/** Deeper than any sensible data; a walk of it stays far from the end of the stack. */
const MAX_DEPTH = 500;

/** Whether a value is an object with fields: no array, no null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Freezes what `JSON.parse` made, in place: its keys were defined, not assigned, so `__proto__` is an
 * own key like any other (H9). A loop, because 256 KiB of `[` nest deeper than a stack.
 */
export function freezeDeep(root: Record<string, unknown>): Metadata {
  const pending: object[] = [root];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    Object.freeze(next);
    for (const value of Object.values(next)) {
      if (typeof value === 'object' && value !== null) pending.push(value);
    }
  }
  return root;
}

/**
 * Copies metadata that somebody else still holds, and freezes the copy (M9). What appears twice is
 * copied once.
 *
 * @throws TypeError saying where: a function, a symbol, a cycle, an instance of a class, too deep.
 */
export function copyFrozen(root: Record<string, unknown>): Metadata {
  return copyObject(root, 'metadata', 0, new Map()) as Metadata;
}

/** `made` has each object met so far, with its copy, or `undefined` while that is being made. */
type Made = Map<object, object | undefined>;

function copyValue(value: unknown, path: string, depth: number, made: Made): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw new TypeError(`${path} is a ${typeof value}; give plain data`);
  }
  if (typeof value !== 'object' || value === null) return value;
  return copyObject(value, path, depth, made);
}

function copyObject(source: object, path: string, depth: number, made: Made): object {
  const known = made.get(source);
  if (known !== undefined) return known;
  if (made.has(source)) throw new TypeError(`${path} contains itself`);
  if (depth > MAX_DEPTH) throw new TypeError(`metadata is nested deeper than ${MAX_DEPTH} levels`);
  if (!isPlain(source)) throw new TypeError(`${path} is an instance of a class; give plain data`);
  made.set(source, undefined);
  const copy: object = Array.isArray(source) ? [] : {};
  for (const [key, value] of Object.entries(source)) {
    define(copy, key, copyValue(value, `${path}.${key}`, depth + 1, made));
  }
  // Holes at the end of an array are no entries.
  if (Array.isArray(source)) (copy as unknown[]).length = source.length;
  made.set(source, copy);
  return Object.freeze(copy);
}

/** Arrays, object literals of any realm, and objects without a prototype. */
function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Assignment to `__proto__` would change the prototype instead of making a key (H9). */
function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}
