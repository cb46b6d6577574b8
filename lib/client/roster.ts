import { Stream } from './stream.js';

/** Who is present in a channel under one key, with each of their connections (PR1). */
// biome-ignore lint/suspicious/noExplicitAny: what the data are is the application's affair
export interface Presence<M = any> {
  readonly key: string;
  readonly metas: readonly Meta<M>[];
}

/** One connection of them. */
export interface Meta<M> {
  /** Its name in the channel, which is never used again. */
  readonly ref: string;
  /** Since when it is there, in milliseconds of Unix time. */
  readonly since: number;
  readonly meta: M;
}

/**
 * The list of those who are present, as the server has published it in some version: a snapshot, and each diff that is
 * the next version (PR6).
 */
export class Roster {
  readonly list = new Stream<readonly Presence[]>(true);
  readonly count = new Stream<number>(true);
  #version = -1;
  #metas: ReadonlyMap<string, readonly Meta<unknown>[]> = new Map();

  /** Takes a snapshot: of the list, or of a channel that only counts. */
  reset({ version, members, count }: Snapshot): void {
    this.#version = version;
    if (members) this.#show(new Map(members.map(({ key, metas }) => [key, metas])));
    else this.count.next(count ?? 0);
  }

  /** Takes a diff; `false`: there is a hole before it. One that is older than the list is nothing. */
  apply({ version, joins, updates, leaves }: Diff): boolean {
    if (version <= this.#version) return true;
    if (version > this.#version + 1) return false;
    this.#version = version;
    const metas = new Map(this.#metas);
    const without = ({ key, ref }: Left): readonly Meta<unknown>[] =>
      (metas.get(key) ?? []).filter((each) => each.ref !== ref);
    for (const { key, ref, since, meta } of [...joins, ...updates]) {
      metas.set(key, [...without({ key, ref }), { ref, since, meta }]);
    }
    for (const left of leaves) {
      const others = without(left);
      if (others.length > 0) metas.set(left.key, others);
      else metas.delete(left.key);
    }
    this.#show(metas);
    return true;
  }

  #show(metas: ReadonlyMap<string, readonly Meta<unknown>[]>): void {
    this.#metas = metas;
    this.list.next([...metas].map(([key, each]) => ({ key, metas: each })));
    this.count.next(metas.size);
  }
}

/** What the server says of presence at a version: the list, or a count. */
export interface Snapshot {
  readonly version: number;
  readonly members?: readonly Presence[];
  readonly count?: number;
}

/** What has changed from one version to the next. */
export interface Diff {
  readonly version: number;
  readonly joins: readonly Joined[];
  readonly updates: readonly Joined[];
  readonly leaves: readonly Left[];
}

interface Left {
  readonly key: string;
  readonly ref: string;
}

interface Joined extends Left, Meta<unknown> {}
