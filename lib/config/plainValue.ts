import { isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { shown } from '../core/index.js';

/**
 * The plain value of a node, and the places of all that is in it. Keys are texts and unique, an alias stands for
 * what its anchor had before it, and together they stand for no more than a person would write (CF4).
 */
export function plainValue(
  node: Node | null | undefined,
  faults: Fault[],
  lineAt: (offset: number) => number,
): { readonly value: unknown; readonly places: Places } {
  const reader = new Reader(faults, lineAt);
  return { value: reader.read(node), places: reader.places };
}

/** Something that no configuration may have; `at` is an offset in the text. */
export interface Fault {
  readonly at: number;
  readonly message: string;
}

/** Where each map and list begins, and each key and item in it, by offsets in the text. */
export type Places = WeakMap<object, Place>;

export interface Place {
  readonly start: number;
  readonly at: Map<string | number, number>;
}

const MAX_ALIASES = 100;
/** What aliases may stand for together; a list of a hundred lists of a hundred is still short as a text. */
const MAX_ALIASED = 10_000;

class Reader {
  readonly places: Places = new WeakMap();
  readonly #anchors = new Map<string, Anchored>();
  readonly #faults: Fault[];
  readonly #lineAt: (offset: number) => number;
  /** How many values there are, and how many of them come by an alias. */
  #values = 0;
  #aliased = 0;
  /** Those within what an alias stands for are counted each time. */
  #aliases = 0;

  constructor(faults: Fault[], lineAt: (offset: number) => number) {
    this.#faults = faults;
    this.#lineAt = lineAt;
  }

  read(node: unknown): unknown {
    if (isAlias(node)) return this.#follow(node.source, startOf(node) ?? 0);
    const [values, aliases] = [this.#values, this.#aliases];
    this.#values += 1;
    const value = this.#plain(node);
    const { anchor } = Object(node);
    if (anchor !== undefined) {
      // Only now, so that no alias is within what it stands for.
      const counts = { values: this.#values - values, aliases: this.#aliases - aliases };
      this.#anchors.set(anchor, { value, ...counts });
    }
    return value;
  }

  #plain(node: unknown): unknown {
    if (isMap(node)) return this.#map(node.items, startOf(node) ?? 0);
    if (isSeq(node)) return this.#list(node.items, startOf(node) ?? 0);
    return isScalar(node) ? node.value : null;
  }

  #map(pairs: readonly Pair[], start: number): unknown {
    const at = new Map<string | number, number>();
    const entries = pairs.map(({ key, value }) => [
      this.#key(key, at, startOf(key) ?? start),
      this.read(value),
    ]);
    return this.#placed(Object.fromEntries(entries), { start, at });
  }

  #key(key: unknown, at: Map<string | number, number>, offset: number): string {
    const name = this.read(key);
    const first = at.get(String(name));
    if (typeof name !== 'string') this.#fault(offset, 'a key is a text: put it in quotes');
    else if (name === '__proto__') this.#fault(offset, 'no key is "__proto__"');
    else if (first === undefined) at.set(name, offset);
    else {
      const text = `duplicate key ${shown(name)}, first at line ${this.#lineAt(first)}`;
      this.#fault(offset, text);
    }
    return String(name);
  }

  #list(items: readonly unknown[], start: number): unknown {
    const at = new Map(items.map((item, i) => [i, startOf(item) ?? start]));
    const values = items.map((item) => this.read(item));
    return this.#placed(values, { start, at });
  }

  #placed<T extends object>(value: T, place: Place): T {
    this.places.set(value, place);
    return value;
  }

  #follow(name: string, offset: number): unknown {
    const anchored = this.#anchors.get(name);
    if (anchored === undefined) {
      this.#fault(offset, `no anchor ${shown(name)} before it`);
      return null;
    }
    const { value, values, aliases } = anchored;
    this.#values += values;
    this.#aliased = this.#within(this.#aliased, values, MAX_ALIASED, 'values by aliases', offset);
    this.#aliases = this.#within(this.#aliases, aliases + 1, MAX_ALIASES, 'aliases', offset);
    return value;
  }

  /** Adds, and tells where a limit is passed, once. */
  #within(count: number, more: number, max: number, what: string, offset: number): number {
    const sum = count + more;
    if (count <= max && sum > max) this.#fault(offset, `more than ${max} ${what}`);
    return sum;
  }

  #fault(at: number, message: string): void {
    this.#faults.push({ at, message });
  }
}

/** What an anchor names, and what there is in it. */
interface Anchored {
  readonly value: unknown;
  readonly values: number;
  readonly aliases: number;
}

const startOf = (node: unknown): number | undefined =>
  (node as Pick<Node, 'range'> | null | undefined)?.range?.[0];
