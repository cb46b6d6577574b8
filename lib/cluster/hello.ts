import { ProcessError, shown } from '../core/index.js';
import { isData, isPlainData } from './wire/isPlainData.js';
import type { Packer } from './wire/loadPacker.js';

/** What a node says of itself when a link begins, and whether it fits (D25). */
export class Hello {
  readonly bytes: Uint8Array;
  readonly #packer: Packer;
  readonly #own: Greeting;

  /** @throws ProcessError `Invalid`: `meta` is not plain, or too large. */
  constructor(packer: Packer, { cluster, maxMessage, meta }: Omit<Greeting, 'codec'>) {
    this.#packer = packer;
    this.#own = { cluster, codec: CODEC, maxMessage, meta };
    if (!isPlain(meta)) throw invalid('is not plain data');
    this.bytes = packer.pack([MINOR, FEATURES, cluster, CODEC, maxMessage, meta]);
    if (this.bytes.length > MAX_HELLO) throw invalid(`takes more than ${MAX_HELLO} bytes`);
  }

  /** Why there can be no link to whoever says this; `undefined` if there can. */
  judge(bytes: Uint8Array): string | undefined {
    const other = this.#read(bytes);
    if (other === undefined) return 'its hello cannot be read';
    const differs = (['cluster', 'codec', 'maxMessage'] as const).find(
      (name) => other[name] !== this.#own[name],
    );
    if (differs === undefined) return undefined;
    return `its ${differs} is ${shown(other[differs])}, and here it is ${shown(this.#own[differs])}`;
  }

  /** What the other node has said for its users to see. */
  metaOf(bytes: Uint8Array): unknown {
    return this.#read(bytes)?.meta;
  }

  #read(bytes: Uint8Array): Record<keyof Greeting, unknown> | undefined {
    try {
      let hello: unknown;
      this.#packer.unpack(bytes, (value) => {
        hello = value;
      });
      const [minor, features, cluster, codec, maxMessage, meta] = hello as readonly unknown[];
      return Number.isSafeInteger(minor) && Array.isArray(features) && isData(meta)
        ? { cluster, codec, maxMessage, meta }
        : undefined;
    } catch {
      return undefined;
    }
  }
}

/** A getter may throw, and a cycle is too deep. */
function isPlain(meta: unknown): boolean {
  try {
    return isPlainData(meta);
  } catch {
    return false;
  }
}

const invalid = (why: string): ProcessError =>
  new ProcessError('Invalid', `joinCluster: meta ${why}: give a few fields that others read (D25)`);

/** It goes with each hello and welcome, and in one frame. */
const MAX_HELLO = 64 * 1024;

/** What two nodes must agree on, and `meta`, in which they need not. */
interface Greeting {
  readonly cluster: string;
  readonly codec: string;
  /** Bytes of the largest message. */
  readonly maxMessage: number;
  readonly meta: unknown;
}

/** Rises with what a release adds; what both know is used, so nodes of two releases talk (D25). */
const MINOR = 0;
const FEATURES: readonly string[] = [];
const CODEC = 'msgpack';
