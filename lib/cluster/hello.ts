import type { Packer } from './wire/loadPacker.js';

/** What a node says of itself when a link begins, and whether it fits (D25). */
export class Hello {
  readonly bytes: Uint8Array;
  readonly #packer: Packer;
  readonly #own: Greeting;

  constructor(packer: Packer, { cluster, maxMessage, meta }: Omit<Greeting, 'codec'>) {
    this.#packer = packer;
    this.#own = { cluster, codec: CODEC, maxMessage, meta };
    this.bytes = packer.pack([MINOR, FEATURES, cluster, CODEC, maxMessage, meta]);
  }

  /** Why there can be no link to whoever says this; `undefined` if there can. */
  judge(bytes: Uint8Array): string | undefined {
    const other = this.#read(bytes);
    if (other === undefined) return 'its hello cannot be read';
    const differs = (['cluster', 'codec', 'maxMessage'] as const).find(
      (name) => other[name] !== this.#own[name],
    );
    if (differs === undefined) return undefined;
    return `its ${differs} is ${String(other[differs])}, and here it is ${this.#own[differs]}`;
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
      return Number.isSafeInteger(minor) && Array.isArray(features)
        ? { cluster, codec, maxMessage, meta }
        : undefined;
    } catch {
      return undefined;
    }
  }
}

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
