import { types } from 'node:util';
import { ProcessError, textOf } from '../../core/index.js';
import { MAX_DEPTH, MAX_LENGTH } from './isPlainData.js';
import { fieldsOf, isError, typeOfError } from './reviveError.js';
import { TAGS, Tagged, VIEWS } from './tagged.js';

/**
 * Turns a value that is more than plain data into what MessagePack can carry (D23, D24): a copy in which a Map, say, is a
 * `Tagged`. It knows where it is, so what cannot cross is refused by its path: `payload.items[3].callback is a function`.
 */
export class Crossing {
  /** The way from the root, and the objects on it. After a refusal both still show where it was. */
  readonly #path: string[];
  readonly #above: object[] = [];
  readonly #isStrict: boolean;
  readonly #leftOut: (text: string) => void;
  #causes = 0;

  /** A strict one refuses instances of classes. `leftOut` is told of each part of an error that does not cross. */
  constructor(root: string, isStrict: boolean, leftOut: (text: string) => void) {
    this.#path = [root];
    this.#isStrict = isStrict;
    this.#leftOut = leftOut;
  }

  /** @throws ProcessError `Invalid`: the value cannot cross. Nothing else, whatever its getters throw. */
  convert(value: unknown): unknown {
    try {
      return this.#convert(value);
    } catch (error) {
      throw this.#refusalOf(error);
    }
  }

  #convert(value: unknown): unknown {
    if (typeof value === 'function') throw this.#refuse('is a function');
    if (typeof value === 'symbol') throw this.#refuse('is a symbol');
    if (typeof value !== 'object' || value === null) return value;
    if (this.#above.includes(value)) throw this.#refuse('is within itself (a cycle)');
    if (this.#above.length === MAX_DEPTH) throw this.#refuse(`is over ${MAX_DEPTH} levels deep`);
    this.#above.push(value);
    const converted = this.#object(value);
    this.#above.pop();
    return converted;
  }

  #object(value: object): unknown {
    if (Array.isArray(value)) return this.#array(value);
    if (isError(value)) return this.#error(value);
    if (types.isDate(value)) return new Date(value.getTime());
    if (ArrayBuffer.isView(value)) return this.#view(value);
    if (types.isArrayBuffer(value)) return new Tagged(TAGS.arrayBuffer, Buffer.from(value));
    if (types.isRegExp(value)) return new Tagged(TAGS.regExp, [value.source, value.flags]);
    if (types.isMap(value)) return new Tagged(TAGS.map, this.#entries(value));
    if (types.isSet(value)) return new Tagged(TAGS.set, this.#list('.member', [...value]));
    const above: unknown = Object.getPrototypeOf(value);
    // Also the prototype of plain objects of another realm, as Node's own modules may give.
    this.#checkClass(value, above === null || Object.getPrototypeOf(above) === null);
    return this.#fields(value);
  }

  #array(value: readonly unknown[]): unknown[] {
    this.#checkClass(value, value.constructor?.name === 'Array');
    if (value.length > MAX_LENGTH) throw this.#refuse(`has more than ${MAX_LENGTH} members`);
    return this.#list('', value);
  }

  /** By index, so that a hole is `undefined`. */
  #list(name: string, values: readonly unknown[]): unknown[] {
    return Array.from(values, (each, i) => this.#step(`${name}[${i}]`, () => each));
  }

  #entries(map: ReadonlyMap<unknown, unknown>): unknown[] {
    return [...map].flatMap(([key, each], i) => [
      this.#step(`.key[${i}]`, () => key),
      this.#step(
        typeof key === 'string' ? `.get(${JSON.stringify(key)})` : `.value[${i}]`,
        () => each,
      ),
    ]);
  }

  #fields(value: object): Record<string, unknown> {
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const name = key === '__proto__' ? '__proto_' : key;
      copy[name] = this.#step(stepTo(key), () => Reflect.get(value, key));
    }
    return copy;
  }

  #view(value: ArrayBufferView): unknown {
    if (Buffer.isBuffer(value)) return value;
    const name = Reflect.get(value, Symbol.toStringTag);
    const kind = VIEWS.findIndex((each) => each.name === name);
    if (kind < 0) throw this.#refuse(`is a ${name}`);
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return new Tagged(TAGS.view, [kind, bytes]);
  }

  /** An error is never refused: what of it cannot cross is left out. */
  #error(error: Error): Tagged {
    const part = (key: string): unknown =>
      this.#attempt(stepTo(key), () => Reflect.get(error, key));
    const text = (key: string): string => {
      const value = part(key);
      return typeof value === 'string' ? value : '';
    };
    const fields: Record<string, unknown> = {};
    for (const key of fieldsOf(error)) {
      const value = part(key);
      if (value !== undefined) fields[key] = value;
    }
    const parts: unknown[] = [
      typeOfError(error),
      text('name'),
      text('message'),
      text('stack'),
      fields,
    ];
    if (Object.hasOwn(error, 'cause') && this.#causes < MAX_CAUSES) {
      this.#causes++;
      parts.push(part('cause'));
      this.#causes--;
    }
    return new Tagged(TAGS.error, parts);
  }

  /** Converts what is one step further. The way back is taken only if that went well. */
  #step(name: string, get: () => unknown): unknown {
    this.#path.push(name);
    const converted = this.#convert(get());
    this.#path.pop();
    return converted;
  }

  /** The same; but what cannot cross is `undefined`, and told. */
  #attempt(name: string, get: () => unknown): unknown {
    const [steps, levels, causes] = [this.#path.length, this.#above.length, this.#causes];
    try {
      return this.#step(name, get);
    } catch (error) {
      this.#leftOut(this.#refusalOf(error).message);
      this.#path.length = steps;
      this.#above.length = levels;
      this.#causes = causes;
      return undefined;
    }
  }

  #checkClass(value: object, isPlain: boolean): void {
    if (isPlain || !this.#isStrict) return;
    throw this.#refuse(`is an instance of ${value.constructor?.name ?? 'a class'}`);
  }

  #refuse(why: string): Refusal {
    return new Refusal('Invalid', `${this.#path.join('')} ${why}`);
  }

  /** What a getter or a proxy throws is a refusal as well. */
  #refusalOf(error: unknown): Refusal {
    return error instanceof Refusal
      ? error
      : this.#refuse(`cannot be read: ${textOf(() => error)}`);
  }
}

/** How deep the causes of an error cross (D24). */
const MAX_CAUSES = 4;

/** Tells a refusal of this file from whatever a getter has thrown. */
class Refusal extends ProcessError {}

/** A field as a path shows it, never long. */
function stepTo(key: string): string {
  const name = key.slice(0, 64);
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
