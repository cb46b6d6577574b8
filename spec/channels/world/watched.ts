import type { Presence } from '../../../lib/client/index.js';
import type { Checks } from './checks.js';
import { lineOf } from './tap.js';

/** Who is present in a room, as the server publishes it: what any tab sees must be one of these lists (PT7). */
export class Watched {
  readonly #lists = new Set<string>();
  last = '';

  published(line: string): void {
    this.last = line;
    this.#lists.add(line);
  }

  seen(who: string, list: readonly Presence[], checks: Checks): string {
    const line = list
      .flatMap(({ key, metas }) => metas.map(({ ref, meta }) => lineOf(key, ref, meta)))
      .sort()
      .join();
    checks.must(this.#lists.has(line), `PT7: ${who} sees ${line}`);
    return line;
  }
}
