import type { PresenceItem } from './presenceEntry.js';
import { Tally } from './tally.js';

/**
 * Who is present in a channel by the word of other nodes (PR13). Each of them speaks for its own, and an item is there while
 * any of them says it, as a client that goes to another node takes its item along.
 */
export class FarAttendance {
  readonly #nodes = new Map<string, Said>();
  /** How many items each key has. */
  readonly #keys = new Tally();
  #size = 0;
  /** Who is told of each ref that may have changed; `undefined` while nobody shows them. */
  changed: ((ref: string) => void) | undefined;

  /** How many items there are; one that two nodes say counts twice. */
  get size(): number {
    return this.#size;
  }

  /** How many of them have a key. */
  ofKey(key: string): number {
    return this.#keys.of(key);
  }

  find(ref: string): PresenceItem | undefined {
    return this.saidOf(ref)[0];
  }

  /** What all nodes say of a ref. */
  saidOf(ref: string): readonly PresenceItem[] {
    return [...this.#nodes.values()].flatMap(({ items }) => items.get(ref) ?? []);
  }

  /** What one says of it: another object each time that it says it. */
  saidBy(node: string, ref: string): PresenceItem | undefined {
    return this.#nodes.get(node)?.items.get(ref);
  }

  get refs(): readonly string[] {
    return [...this.#nodes.values()].flatMap(({ items }) => [...items.keys()]);
  }

  /** When the items of a lost node have lingered long enough; `undefined`: nobody lingers. */
  get nextEnd(): number | undefined {
    const ends = [...this.#nodes.values()].flatMap(({ until = [] }) => until);
    return ends.length === 0 ? undefined : Math.min(...ends);
  }

  say(node: string, item: PresenceItem): void {
    let said = this.#nodes.get(node);
    if (said === undefined) {
      said = { items: new Map(), until: undefined };
      this.#nodes.set(node, said);
    }
    if (!said.items.has(item.ref)) {
      this.#size++;
      this.#keys.add(item.key);
    }
    said.items.set(item.ref, item);
    this.changed?.(item.ref);
  }

  unsay(node: string, ref: string): void {
    const said = this.#nodes.get(node);
    const item = said?.items.get(ref);
    if (said === undefined || item === undefined) return;
    said.items.delete(ref);
    if (said.items.size === 0) this.#nodes.delete(node);
    this.#size--;
    this.#keys.take(item.key);
    this.changed?.(ref);
  }

  /** All that a node has, in place of what it had; one that was lost is back. */
  replace(node: string, items: readonly PresenceItem[]): void {
    const refs = new Set(items.map(({ ref }) => ref));
    const said = this.#nodes.get(node);
    if (said !== undefined) said.until = undefined;
    // First what it says, or the last of it that goes would end who shows it.
    for (const item of items) this.say(node, item);
    for (const ref of [...(said?.items.keys() ?? [])]) if (!refs.has(ref)) this.unsay(node, ref);
  }

  /** A node is lost: what it said lingers until then. */
  lose(node: string, until: number): void {
    const said = this.#nodes.get(node);
    if (said === undefined) return;
    said.until = until;
    for (const ref of said.items.keys()) this.changed?.(ref);
  }

  /** Takes away what has lingered long enough. */
  expire(now: number): void {
    for (const [node, { until = Number.POSITIVE_INFINITY }] of [...this.#nodes]) {
      if (until <= now) this.replace(node, []);
    }
  }
}

/** What one node says. */
interface Said {
  readonly items: Map<string, PresenceItem>;
  /** Of a node that is lost: when its items have lingered long enough, in milliseconds of the system's uptime. */
  until: number | undefined;
}
