import type { Announcer, Group, Kernel } from '../../runtime/index.js';
import type { Audience } from './audience.js';

/**
 * A scope of whose groups other nodes know only how many members they have (D48). The numbers are told in a turn that is
 * queued by the first change: before all that is sent behind that change, and once for all changes until then.
 */
export class CountedScope implements Announcer {
  readonly #scope: string;
  readonly #audience: Audience;
  readonly #queue: Kernel['queue'];
  readonly #changed = new Set<Group>();

  constructor(scope: string, audience: Audience, queue: Kernel['queue']) {
    this.#scope = scope;
    this.#audience = audience;
    this.#queue = queue;
  }

  changed(group: Group): void {
    if (this.#audience.isEmpty) return;
    if (this.#changed.size === 0) this.#queue.push(this, undefined);
    this.#changed.add(group);
  }

  receive(): void {
    const rows = [...this.#changed].map(({ name, members }) => [name, members.size] as const);
    this.#changed.clear();
    this.#audience.tell('post', this.#scope, 'set', rows);
  }
}
