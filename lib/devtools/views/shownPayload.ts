import { types } from 'node:util';
import { textOf } from '../../core/index.js';

/**
 * A value as one reads it, on one line and at most 2,000 characters. Whoever looks may not change what is looked at, nor hold
 * it up: no getter, trap or method of the value is run, and no more of it is read than is written.
 */
export function shownPayload(value: unknown): string {
  const writer = new Writer();
  writer.value(value, 0);
  return writer.text;
}

/** Characters. */
const MOST = 2_000;
/** Items of one list, map or set. */
const MOST_ITEMS = 50;
/** Objects within objects; also what keeps a circle short. */
const DEEPEST = 4;

/** What was written already decides how much more is read. */
class Writer {
  #text = '';

  get text(): string {
    return this.#text.length > MOST ? `${this.#text.slice(0, MOST)}…` : this.#text;
  }

  value(value: unknown, depth: number): void {
    if (typeof value === 'string') this.#add(quoted(value));
    else if (typeof value === 'bigint') this.#add(bigintText(value));
    else if (typeof value === 'function') this.#add('[Function]');
    else if (typeof value !== 'object' || value === null) this.#add(plainText(value));
    else if (types.isProxy(value)) this.#add('[Proxy]');
    else if (!this.#special(value, depth)) this.#object(value, depth);
  }

  get #isFull(): boolean {
    return this.#text.length > MOST;
  }

  #add(text: string): void {
    this.#text += text.slice(0, MOST + 1);
  }

  /** Objects that have more than their fields; their own methods are taken from the class, never from them. */
  #special(value: object, depth: number): boolean {
    if (Array.isArray(value)) this.#list('[', fieldsOf(value, value.length), value.length, depth);
    else if (types.isTypedArray(value)) this.#bytes(value);
    else if (types.isMap(value)) this.#map(value, depth);
    else if (types.isSet(value)) this.#set(value, depth);
    else if (types.isNativeError(value)) this.#add(`[${errorText(value)}]`);
    else if (types.isDate(value)) this.#add(textOf(() => Date.prototype.toISOString.call(value)));
    else if (types.isAnyArrayBuffer(value)) this.#add('[ArrayBuffer]');
    else return false;
    return true;
  }

  #bytes(value: NodeJS.TypedArray): void {
    const length = Number(LENGTH?.call(value));
    const items = Array.from({ length: Math.min(length, MOST_ITEMS) }, (_, at) => value[at]);
    const rest = length - items.length;
    this.#add(`${nameOf(value)}(${length}) [ ${items.join(', ')}${moreText(rest)} ]`);
  }

  #map(value: Map<unknown, unknown>, depth: number): void {
    const size = Number(MAP_SIZE?.call(value));
    const entries = Map.prototype.entries.call(value);
    this.#list(`Map(${size}) {`, entries, size, depth, ([key, item]) => {
      this.value(key, depth + 1);
      this.#add(' => ');
      this.value(item, depth + 1);
    });
  }

  #set(value: Set<unknown>, depth: number): void {
    const size = Number(SET_SIZE?.call(value));
    this.#list(`Set(${size}) {`, Set.prototype.values.call(value), size, depth);
  }

  #object(value: object, depth: number): void {
    const keys = Object.keys(value);
    const name = nameOf(value);
    const begin = name === 'Object' ? '{' : `${name} {`;
    this.#list(begin, keys, keys.length, depth, (key) => {
      this.#add(IDENTIFIER.test(key) ? `${key}: ` : `${quoted(key)}: `);
      this.value(fieldOf(value, key), depth + 1);
    });
  }

  #list<T>(
    begin: string,
    items: Iterable<T>,
    size: number,
    depth: number,
    write: (item: T) => void = (item) => this.value(item, depth + 1),
  ): void {
    const end = begin === '[' ? ']' : '}';
    if (size === 0) return this.#add(`${begin}${end}`);
    if (depth > DEEPEST) return this.#add(`${begin} … ${end}`);
    let count = 0;
    for (const item of items) {
      if (this.#isFull) return;
      if (count === MOST_ITEMS) break;
      this.#add(count++ === 0 ? `${begin} ` : ', ');
      write(item);
    }
    this.#add(`${moreText(size - count)} ${end}`);
  }
}

/** A field of which a getter knows the value. */
const GETTER = Symbol('getter');

function fieldOf(value: object, key: PropertyKey): unknown {
  const field = Object.getOwnPropertyDescriptor(value, key);
  return field === undefined || 'value' in field ? field?.value : GETTER;
}

function* fieldsOf(list: object, length: number): Iterable<unknown> {
  for (let at = 0; at < length; at++) yield fieldOf(list, at);
}

/** A field as it is found without a getter, also that of a class. */
function inherited(value: object, key: PropertyKey): unknown {
  let at: object | null = value;
  // A chain of prototypes may be of any length, and a proxy may be in it.
  for (let n = 0; at !== null && !types.isProxy(at) && n < MOST_ITEMS; n++) {
    if (Object.hasOwn(at, key)) return fieldOf(at, key);
    at = Object.getPrototypeOf(at);
  }
  return undefined;
}

function nameOf(value: object): string {
  const made = inherited(value, 'constructor');
  const name = typeof made === 'function' && !types.isProxy(made) ? fieldOf(made, 'name') : '';
  return typeof name === 'string' && name !== '' ? name.slice(0, 64) : 'Object';
}

function errorText(error: Error): string {
  const [name, message] = [inherited(error, 'name'), inherited(error, 'message')];
  const kind = typeof name === 'string' ? name.slice(0, 64) : 'Error';
  return typeof message === 'string' && message !== ''
    ? `${kind}: ${oneLine(message.slice(0, MOST))}`
    : kind;
}

function quoted(text: string): string {
  const inner = oneLine(text.slice(0, MOST).replace(/[\\']/g, '\\$&'));
  return text.length > MOST ? `'${inner}'… ${text.length} characters` : `'${inner}'`;
}

/** What stands at the ends of lines, and controls: as escapes. */
const oneLine = (text: string): string =>
  text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (char) => JSON.stringify(char).slice(1, -1));

/** To write a very long one takes seconds. */
const bigintText = (value: bigint): string =>
  BigInt.asIntN(1_024, value) === value ? `${value}n` : '[a long bigint]';

function plainText(value: unknown): string {
  if (value === GETTER) return '[Getter]';
  if (Object.is(value, -0)) return '-0';
  return oneLine(String(value).slice(0, MOST));
}

const moreText = (more: number): string =>
  more > 0 ? `, … ${more} more item${more === 1 ? '' : 's'}` : '';

const IDENTIFIER = /^[A-Za-z_$][\w$]{0,99}$/;

const getterOf = (of: object, key: PropertyKey) => Object.getOwnPropertyDescriptor(of, key)?.get;
const LENGTH = getterOf(Object.getPrototypeOf(Uint8Array.prototype), 'length');
const MAP_SIZE = getterOf(Map.prototype, 'size');
const SET_SIZE = getterOf(Set.prototype, 'size');
