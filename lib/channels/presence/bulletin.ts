import {
  entriesOf,
  inOrder,
  type PresenceDiff,
  type PresenceEntry,
  type PresenceItem,
} from './presenceEntry.js';

/**
 * Who is present as was published last, and which refs have changed since. A change and its opposite are no news (PR4).
 */
export class Bulletin {
  readonly #items = new Map<string, PresenceItem>();
  readonly #changed = new Set<string>();
  #version = 0;
  #list: readonly PresenceEntry[] | undefined;
  #state: string | undefined;

  constructor(
    readonly mode: 'list' | 'count',
    /** Whether other nodes are to have the same list, whatever they heard first. */
    readonly isShared = false,
  ) {}

  get size(): number {
    return this.#items.size;
  }

  get isChanged(): boolean {
    return this.#changed.size > 0;
  }

  mark(ref: string): void {
    this.#changed.add(ref);
  }

  get list(): readonly PresenceEntry[] {
    this.#list ??= entriesOf(this.isShared ? inOrder(this.#items.values()) : this.#items.values());
    return this.#list;
  }

  /** What a watcher is told at first. */
  get current(): { readonly event: string; readonly data: object } {
    const version = this.#version;
    return this.mode === 'list'
      ? { event: 'rx:presence_state', data: { version, members: this.list } }
      : { event: 'rx:presence_count', data: { version, count: this.list.length } };
  }

  /** The data of that as JSON, made once a version. */
  get state(): string {
    this.#state ??= JSON.stringify(this.current.data);
    return this.#state;
  }

  /** Publishes what has changed; `undefined`: nothing has. */
  publish(find: (ref: string) => PresenceItem | undefined): News | undefined {
    const count = this.mode === 'count' ? this.list.length : 0;
    const diff = this.#apply(find);
    if (diff === undefined) return undefined;
    this.#list = undefined;
    const event = this.mode === 'list' ? 'rx:presence_diff' : 'rx:presence_count';
    if (this.mode === 'count' && this.list.length === count) return { event, data: undefined };
    const version = ++this.#version;
    this.#state = undefined;
    const data = this.mode === 'list' ? diff : { count: this.list.length };
    return { event, data: { version, ...data } };
  }

  #apply(find: (ref: string) => PresenceItem | undefined): PresenceDiff | undefined {
    const joins: PresenceItem[] = [];
    const updates: PresenceItem[] = [];
    const leaves: Pick<PresenceItem, 'key' | 'ref'>[] = [];
    for (const ref of this.#changed) {
      const [before, after] = [this.#items.get(ref), find(ref)];
      if (after !== undefined) {
        if (before === undefined) joins.push(after);
        else if (!isSame(before.meta, after.meta)) updates.push(after);
        this.#items.set(ref, after);
      } else if (before !== undefined) {
        leaves.push({ key: before.key, ref });
        this.#items.delete(ref);
      }
    }
    this.#changed.clear();
    const isNews = joins.length + updates.length + leaves.length > 0;
    return isNews ? { joins, updates, leaves } : undefined;
  }

  /** Nobody is present any more; `false`: nobody was. */
  clear(): boolean {
    const had = this.size > 0;
    this.#items.clear();
    this.#changed.clear();
    this.#list = undefined;
    this.#state = undefined;
    return had;
  }
}

/** What watchers are told; `data` is `undefined` where only the list has changed, but not how many there are (PR10). */
export interface News {
  readonly event: string;
  readonly data: object | undefined;
}

const isSame = (one: unknown, other: unknown): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);
