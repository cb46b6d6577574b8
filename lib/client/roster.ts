import type { Meta, Presence } from './presence.js';
import { Stream } from './stream.js';

/**
 * The list of those who are present, as the server has published it in some version: a snapshot, and each diff that is
 * the next version (PR6).
 */
export class Roster {
  readonly list = new Stream<readonly Presence[]>(true);
  readonly count = new Stream<number>(true);
  #version = 0;
  /** By their refs, in the order in which they came. */
  #metas = new Map<string, Entry>();

  /** Takes a snapshot: of the list, or of a channel that only counts. */
  reset({ version, members, count = 0 }: Snapshot): void {
    this.#version = version;
    if (!members) return this.count.next(count);
    this.#metas = new Map();
    for (const { key, metas } of members) this.#add(metas.map((meta) => ({ key, ...meta })));
    this.#show();
  }

  /** Takes a diff; `false`: there is a hole before it. One that is older than the list is nothing. */
  apply({ version, joins, updates, leaves }: Diff): boolean {
    const after = version - this.#version;
    if (after === 1) {
      this.#version = version;
      this.#add([...joins, ...updates]);
      for (const { ref } of leaves) this.#metas.delete(ref);
      this.#show();
    }
    return after < 2;
  }

  #add(entries: readonly Entry[]): void {
    for (const entry of entries) this.#metas.set(entry.ref, entry);
  }

  #show(): void {
    const keys = new Map<string, Meta<unknown>[]>();
    for (const { key, ...meta } of this.#metas.values()) {
      keys.set(key, [...(keys.get(key) ?? []), meta]);
    }
    this.list.next([...keys].map(([key, metas]) => ({ key, metas })));
    this.count.next(keys.size);
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
  readonly joins: readonly Entry[];
  readonly updates: readonly Entry[];
  readonly leaves: readonly { readonly key: string; readonly ref: string }[];
}

/** A connection of somebody who is present, with its key. */
interface Entry extends Meta<unknown> {
  readonly key: string;
}
