import type { Registered } from '../../cluster/index.js';

/**
 * The bucket of `memoryNats`: keys whose revisions are numbered through, as the sequence of a stream. A deleted key keeps
 * a revision, that of its deletion.
 */
export class MemoryKeys {
  readonly #entries = new Map<string, Entry>();
  #revision = 0;

  create(key: string, value: Uint8Array): number | undefined {
    return this.read(key) === undefined ? this.#put(key, value) : undefined;
  }

  replace(key: string, value: Uint8Array, revision: number): number | undefined {
    return this.#is(key, revision) ? this.#put(key, value) : undefined;
  }

  read(key: string): Registered | undefined {
    const { value, revision } = this.#entries.get(key) ?? NONE;
    return value && { value, revision };
  }

  remove(key: string, revision: number): boolean {
    return this.#is(key, revision) && this.#put(key, undefined) > 0;
  }

  /** As a stream that was lost with its disk. */
  forget(): void {
    this.#entries.clear();
    this.#revision = 0;
  }

  #is(key: string, revision: number): boolean {
    return this.#entries.get(key)?.revision === revision;
  }

  #put(key: string, value: Uint8Array | undefined): number {
    this.#revision += 1;
    this.#entries.set(key, { value, revision: this.#revision });
    return this.#revision;
  }
}

interface Entry {
  readonly value: Uint8Array | undefined;
  readonly revision: number;
}

const NONE: Entry = { value: undefined, revision: 0 };
