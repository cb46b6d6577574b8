import * as t from 'io-ts';
import { textOf } from '../../core/index.js';
import type { Metadata } from '../../protocol/index.js';

/** Metadata held by somebody else: a frozen copy of it. */
export const metadata: t.Type<Metadata, unknown, unknown> = new t.Type(
  'Metadata',
  (value): value is Metadata => isRecord(value),
  (input, context) => {
    try {
      const copy = copyFrozen(input);
      return isRecord(copy) ? t.success(copy) : t.failure(input, context, 'is no object');
    } catch (error) {
      return t.failure(input, context, reasonOf(error));
    }
  },
  t.identity,
);

/** The metadata of a connection that was given none (L3). */
export const NO_METADATA: Metadata = Object.freeze({});

/** Deeper than any sensible data; a walk of it stays far from the end of the stack. */
const MAX_DEPTH = 500;

/** Whether a value is an object with fields: no array, no null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a getter or a `toJSON` threw, which need not be an error. */
export const reasonOf = (thrown: unknown): string =>
  textOf(() => (thrown instanceof Error ? thrown.message : thrown));

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
 * Copies metadata as `JSON.stringify` and `JSON.parse` would, and freezes the copy (M9, H9): `toJSON` is
 * asked, an absent field stays absent, NaN and infinities become null. What JSON would lose without a word
 * is refused instead. What appears twice is copied once.
 *
 * @throws TypeError naming the path: a function, a symbol, a BigInt, a cycle, a Set, a Map or another
 * object whose content is not in its fields, what is nested deeper than 500 levels, and more than 256 KiB.
 */
export function copyFrozen(root: unknown): unknown {
  const made: Made = { objects: new Map(), size: 0 };
  return copyValue(plainOf(root, ''), 'metadata', 0, made) ?? null;
}

/** What was copied: each object met so far, with its copy, or `undefined` while that is being made; and how much text. */
interface Made {
  readonly objects: Map<object, object | undefined>;
  size: number;
}

/** Characters of names and texts, and two for each value: never more than the JSON of it (H8). */
const MAX_SIZE = 256 * 1024;

function copyValue(value: unknown, path: string, depth: number, made: Made): unknown {
  made.size += typeof value === 'string' ? value.length + 2 : 2;
  if (made.size > MAX_SIZE) throw new TypeError(`metadata is larger than ${MAX_SIZE} characters`);
  switch (typeof value) {
    case 'function':
    case 'symbol':
      throw refused(path, `a ${typeof value}`);
    case 'bigint':
      throw refused(path, 'a BigInt');
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'object':
      return value === null ? null : copyObject(value, path, depth, made);
    default:
      return value;
  }
}

/** What stands for a value at a key: what its `toJSON` gives, or the primitive that it wraps. */
function plainOf(value: unknown, key: string): unknown {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'bigint') return value;
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return toJSON.call(value, key);
  const isWrapper = ['Number', 'String', 'Boolean'].includes(tagOf(value));
  return isWrapper ? (value as object).valueOf() : value;
}

function copyObject(source: object, path: string, depth: number, made: Made): object {
  const { objects } = made;
  const known = objects.get(source);
  if (known !== undefined) return known;
  if (objects.has(source)) throw refused(path, 'an object that contains itself');
  if (depth > MAX_DEPTH) throw new TypeError(`metadata is nested deeper than ${MAX_DEPTH} levels`);
  objects.set(source, undefined);
  const copy = copyFields(source, path, depth, made);
  objects.set(source, copy);
  return Object.freeze(copy);
}

function copyFields(source: object, path: string, depth: number, made: Made): object {
  // A Set, an Error or a typed array has a tag of its own, and its content elsewhere than in fields.
  const isList = Array.isArray(source);
  const tag = tagOf(source);
  if (!isList && tag !== 'Object') throw refused(path, `a ${tag}`);
  const copy: object = isList ? [] : {};
  for (const [key, value] of Object.entries(source)) {
    if (!isList) made.size += key.length;
    const copied = copyValue(plainOf(value, key), `${path}.${key}`, depth + 1, made);
    if (isList || copied !== undefined) define(copy, key, copied ?? null);
  }
  // Holes at the end of an array are no entries.
  if (isList) (copy as unknown[]).length = source.length;
  return copy;
}

const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

const refused = (path: string, what: string): TypeError =>
  new TypeError(`${path}: ${what} cannot be sent as JSON`);

/** Assignment to `__proto__` would change the prototype instead of making a key (H9). */
function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}
