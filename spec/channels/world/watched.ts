import type { Presence } from '../../../lib/client/index.js';
import type { Checks } from './checks.js';

/** Who is present in a room, as the server publishes it: what any tab sees must be one of these lists (PT7). */
export class Watched {
  readonly #lists = new Set<string>();
  last = '';

  published(list: readonly Presence[]): void {
    this.last = lineOf(list);
    this.#lists.add(this.last);
  }

  seen(who: string, list: readonly Presence[], checks: Checks): void {
    const line = lineOf(list);
    checks.must(this.#lists.has(line), `PT7: ${who} sees ${line}`);
  }
}

/** A list as a text, in which order does not count. */
export const lineOf = (list: readonly Presence[]): string =>
  list
    .flatMap(({ key, metas }) =>
      metas.map(({ ref, meta }) => `${key}/${ref}/${JSON.stringify(meta)}`),
    )
    .sort()
    .join();
