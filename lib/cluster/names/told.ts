import { type Pid, parsePid } from '../../core/index.js';
import type { Entry } from '../wire/entry.js';
import type { NameOwner } from './clusterNames.js';

/** What the other nodes have said of their names: this node's copy (D42). */
export class Told {
  readonly #nodes = new Map<string, Map<string, NameOwner>>();
  /** Keys that their owners have given up, and that may still be there: of late, and of the time before. */
  #released = new Set<string>();
  #formerly = new Set<string>();

  /** Takes what a node says of one of its names; `false` if it has more than are kept, and this one is not known here. */
  take(node: string, { name, pid, revision }: Entry & { kind: 'name' }): boolean {
    const names = this.#nodes.get(node) ?? new Map<string, NameOwner>();
    this.#nodes.set(node, names);
    if (pid === undefined) {
      names.delete(name);
      // Beyond that who wants the name waits until the key is deleted.
      if (this.#released.size < MAX) this.#released.add(keyOf(node, name, revision));
    } else {
      if (names.size >= MAX && !names.has(name)) return false;
      names.set(name, { pid, revision });
    }
    return true;
  }

  /** The bucket has said it before its node did; a link is slower at times. */
  learn(name: string, owner: NameOwner): void {
    const node = parsePid(owner.pid).node as string;
    if (this.#nodes.get(node)?.has(name) || this.isReleased(name, owner)) return;
    this.take(node, { kind: 'name', name, ...owner });
  }

  /** How many names others have. */
  get size(): number {
    return [...this.#nodes.values()].reduce((sum, names) => sum + names.size, 0);
  }

  /** A node is lost, and its names with it. */
  forget(node: string): void {
    this.#nodes.delete(node);
  }

  /** Who has a name. Where two nodes say that theirs has, one has lost it and will hear of that: the higher revision. */
  find(name: string): NameOwner | undefined {
    let found: NameOwner | undefined;
    for (const names of this.#nodes.values()) {
      const owner = names.get(name);
      if (owner !== undefined && owner.revision > (found?.revision ?? -1)) found = owner;
    }
    return found;
  }

  /** Whether the owner in a key has given it up, as its node has said; what is said again is no release any more. */
  isReleased(name: string, { pid, revision }: NameOwner): boolean {
    const node = parsePid(pid).node as string;
    if (this.#nodes.get(node)?.get(name)?.pid === (pid as Pid)) return false;
    const key = keyOf(node, name, revision);
    return this.#released.has(key) || this.#formerly.has(key);
  }

  /** Forgets what was released two rounds ago: those keys were deleted long since. */
  age(): void {
    this.#formerly = this.#released;
    this.#released = new Set();
  }

  clear(): void {
    this.#nodes.clear();
    this.#released.clear();
    this.#formerly.clear();
  }
}

/** Names of one node, and of released ones between two rounds: some 40 MB. */
const MAX = 100_000;

const keyOf = (node: string, name: string, revision: number): string =>
  `${node} ${revision} ${name}`;
