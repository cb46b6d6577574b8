import type { GroupEvent, Pid } from '../../core/index.js';
import type { Announcer, Group } from '../../runtime/index.js';
import type { Audience } from './audience.js';

/**
 * A scope whose members are listed on all nodes. A change is told in the call that makes it, so that it keeps its place
 * among what its process sends (D47).
 */
export class ListedScope implements Announcer {
  readonly #scope: string;
  readonly #audience: Audience;

  constructor(scope: string, audience: Audience) {
    this.#scope = scope;
    this.#audience = audience;
  }

  changed({ name }: Group, kind: GroupEvent['kind'], pids: readonly Pid[]): void {
    if (this.#audience.isEmpty) return;
    const change = kind === 'member.joined' ? 'join' : 'leave';
    this.#audience.tell('send', this.#scope, change, [[name, pids]]);
  }
}
