/** Who is present in a channel under one key: one meta for each connection, as a user may have several tabs (PR1). */
export interface PresenceEntry {
  readonly key: string;
  /** In the order in which they came. */
  readonly metas: readonly PresenceMeta[];
}

/** One connection that is present. */
export interface PresenceMeta {
  /** Unique in the channel, and never used again. */
  readonly ref: string;
  /** When it came, in milliseconds since 1970. */
  readonly since: number;
  /** What the application tells of it (PR3). */
  // biome-ignore lint/suspicious/noExplicitAny: the application knows what it tells
  readonly meta: any;
}

/** The same with its key, as watchers are told of it (PR4). */
export interface PresenceItem extends PresenceMeta {
  readonly key: string;
}

/** What watchers are told of a change (PR4). */
export interface PresenceDiff {
  readonly joins: readonly PresenceItem[];
  readonly updates: readonly PresenceItem[];
  readonly leaves: readonly Pick<PresenceItem, 'key' | 'ref'>[];
}

/** Brings the metas of each key together; frozen, because all who ask get the same object. */
export function entriesOf(items: Iterable<PresenceItem>): readonly PresenceEntry[] {
  const byKey = new Map<string, PresenceMeta[]>();
  for (const { key, ref, since, meta } of items) {
    const metas = byKey.get(key);
    const own = Object.freeze({ ref, since, meta });
    if (metas === undefined) byKey.set(key, [own]);
    else metas.push(own);
  }
  const entries = [...byKey].map(([key, metas]) =>
    Object.freeze({ key, metas: Object.freeze(metas) }),
  );
  return Object.freeze(entries);
}

/** By when they came, and those who came at once by their refs: so on each node. */
export const inOrder = (items: Iterable<PresenceItem>): PresenceItem[] =>
  [...items].sort((one, other) => one.since - other.since || (one.ref < other.ref ? -1 : 1));
