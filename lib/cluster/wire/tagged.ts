import { reviveError } from './reviveError.js';

/** A value that MessagePack has no type for: what it was, and what it is made of. */
export class Tagged {
  constructor(
    readonly tag: number,
    readonly value: unknown,
  ) {}
}

/** What a tagged value was. A number keeps its meaning in all releases of one major version (D25). */
export const TAGS = {
  map: 0,
  set: 1,
  regExp: 2,
  arrayBuffer: 3,
  view: 4,
  error: 5,
} as const;

/** The kinds of views, by their place in the list, which is what crosses. */
export const VIEWS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
] as const;

type ViewClass = new (bytes: ArrayBuffer) => ArrayBufferView;

/** Makes a tagged value again (D23). Throws for one that is none: the bytes come from elsewhere. */
export function revive(parts: unknown): unknown {
  const [tag, value] = list(parts);
  switch (tag) {
    case TAGS.map:
      return new Map(pairs(list(value)));
    case TAGS.set:
      return new Set(list(value));
    case TAGS.regExp: {
      const [source, flags] = list(value);
      return new RegExp(text(source), text(flags));
    }
    case TAGS.arrayBuffer:
      return own(value);
    case TAGS.view: {
      const [kind, bytes] = list(value);
      // A text would find what an array has, its constructor for one.
      const View = typeof kind === 'number' ? (VIEWS[kind] as ViewClass | undefined) : undefined;
      if (View === undefined) throw new TypeError('a view of an unknown kind');
      return new View(own(bytes));
    }
    case TAGS.error:
      return reviveError(list(value));
    default:
      throw new TypeError('a value of an unknown kind');
  }
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TypeError('a value without its parts');
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError('a part that is no text');
}

/** The memory of bytes that belong to nobody else: `copyBuffers` has made a buffer of exactly their size. */
function own(value: unknown): ArrayBuffer {
  if (Buffer.isBuffer(value) && value.byteLength === value.buffer.byteLength) {
    return value.buffer as ArrayBuffer;
  }
  throw new TypeError('a part that is no bytes');
}

function* pairs(flat: readonly unknown[]): Generator<[unknown, unknown]> {
  if (flat.length % 2 !== 0) throw new TypeError('a map with half an entry');
  for (let i = 0; i < flat.length; i += 2) yield [flat[i], flat[i + 1]];
}
