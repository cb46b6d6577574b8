import { types } from 'node:util';
import { ProcessError } from '../../core/index.js';

/**
 * Writes a value as the expression that makes an equal one: plain data, `undefined`, bytes, dates, maps,
 * sets and errors.
 *
 * @param known the expression for what the text has already, wherever it is in the value
 * @throws ProcessError `Invalid` for anything else (a function, a class's instance, a cycle), saying where.
 */
export function literal(
  value: unknown,
  path = 'it',
  known: Known = () => undefined,
  above: readonly object[] = [],
): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw unwritable(path, `a ${typeof value}`);
  }
  if (typeof value !== 'object' || value === null) return String(value);
  if (above.includes(value)) throw unwritable(path, 'a circle');
  const name = known(value);
  if (name !== undefined) return name;
  const inside = (part: unknown, key: string): string =>
    literal(part, `${path}${key}`, known, [...above, value]);
  const list = (parts: Iterable<unknown>): string =>
    [...parts].map((part, i) => inside(part, `[${i}]`)).join(', ');
  if (Array.isArray(value)) return `[${list(value)}]`;
  if (Buffer.isBuffer(value)) return `Buffer.from([${[...value].join(', ')}])`;
  if (value instanceof Uint8Array) return `Uint8Array.of(${[...value].join(', ')})`;
  if (types.isDate(value))
    return `new Date(${Number.isNaN(+value) ? 'NaN' : quoted(value.toISOString())})`;
  if (value instanceof Map) return `new Map([${list(value)}])`;
  if (value instanceof Set) return `new Set([${list(value)}])`;
  if (value instanceof Error) return errorLiteral(value, inside);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw unwritable(path, `an instance of ${value.constructor?.name ?? 'a class'}`);
  }
  return fields(Object.entries(value), inside);
}

/** The expression for an object that need not be written. */
export type Known = (value: object) => string | undefined;

type Inside = (part: unknown, key: string) => string;

/** `{ key: value }`; a key `__proto__` is computed, or it would be no field. */
function fields(entries: readonly (readonly [string, unknown])[], inside: Inside): string {
  if (entries.length === 0) return '{}';
  const key = (name: string): string => {
    if (name === '__proto__') return "['__proto__']";
    return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) ? name : quoted(name);
  };
  return `{ ${entries.map(([name, part]) => `${key(name)}: ${inside(part, `.${name}`)}`).join(', ')} }`;
}

/** What makes errors equal in `marbles`: name, message, cause and own fields. */
function errorLiteral(error: Error, inside: Inside): string {
  const own = Object.getOwnPropertyNames(error).filter((n) => !/^(name|message|stack)$/.test(n));
  const parts = own.map(
    (name) => [name, (error as unknown as Record<string, unknown>)[name]] as const,
  );
  const named = error.name === 'Error' ? parts : [['name', error.name] as const, ...parts];
  const made = `new Error(${quoted(error.message)})`;
  return named.length === 0 ? made : `Object.assign(${made}, ${fields(named, inside)})`;
}

/** In single quotes, which JSON inside of texts leaves readable. */
export function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1);
  return `'${inner.replace(/\\(.)/g, (pair, c) => (c === '"' ? '"' : pair)).replace(/'/g, "\\'")}'`;
}

function unwritable(path: string, what: string): ProcessError {
  return new ProcessError('Invalid', `${path} is ${what}, which no literal can say`);
}
