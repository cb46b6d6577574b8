import { isPid, type Message, type Pid } from '../../core/index.js';
import { type Announcer, type Group, type Kernel, type Part, sizeOf } from '../../runtime/index.js';
import type { Shared, SharedSession } from '../relations/shared.js';
import type { Entry } from '../wire/entry.js';
import { Announced } from './announced.js';
import { Audience } from './audience.js';
import { CountedScope } from './countedScope.js';
import { ListedScope } from './listedScope.js';

/**
 * The process groups of a cluster (D46): tells other nodes of the members here, keeps what they tell of theirs, and
 * carries broadcasts.
 *
 * The room `groups` is where groups meet other nodes: begin here; `audience.ts` has the sessions, `listedScope.ts` and
 * `countedScope.ts` are the two ways of telling a change, `pieces.ts` makes entries of long lists, and `announced.ts` has
 * what one other node has told.
 */
export class Groups implements Shared {
  readonly kinds = ['group', 'cast'] as const;
  readonly #kernel: Kernel;
  readonly #local: ReadonlySet<string>;
  readonly #counted: Pick<ReadonlySet<string>, 'has'>;
  readonly #audience: Audience;
  readonly #announced = new Map<string, Announced>();

  constructor(kernel: Kernel, { localScopes, countedScopes, maxMessage }: GroupsPlan) {
    this.#kernel = kernel;
    this.#local = localScopes;
    this.#counted = countedScopes;
    this.#audience = new Audience(kernel, maxMessage);
    this.#kernel.groups.announceBy((scope) => this.#announcerOf(scope));
  }

  #announcerOf(scope: string): Announcer | undefined {
    if (this.#local.has(scope)) return undefined;
    return this.#counted.has(scope)
      ? new CountedScope(scope, this.#audience, this.#kernel.queue)
      : new ListedScope(scope, this.#audience);
  }

  state(session: SharedSession): void {
    this.#audience.add(session);
    for (const { name, groups } of this.#kernel.groups.scopes) {
      if (this.#local.has(name)) continue;
      const isCounted = this.#counted.has(name);
      const rows = [...groups.values()]
        .filter(({ members }) => members.size > 0)
        .map((group) => [group.name, isCounted ? group.members.size : group.ownPids] as const);
      this.#audience.introduce(session, name, rows);
    }
  }

  take({ relations }: SharedSession, entry: Entry): boolean {
    if (entry.kind !== 'group' && entry.kind !== 'cast') return false;
    // Whatever the scope is there, here it is not shared.
    if (this.#local.has(entry.scope)) return true;
    if (entry.kind === 'cast') this.#arrived(entry);
    else this.#announcedBy(relations.node).take(entry);
    return true;
  }

  #announcedBy(node: string): Announced {
    let announced = this.#announced.get(node);
    if (announced === undefined) {
      announced = new Announced(node, this.#kernel);
      this.#announced.set(node, announced);
    }
    return announced;
  }

  lost(node: string): void {
    this.#audience.remove(node);
    this.#announced.get(node)?.end();
    this.#announced.delete(node);
  }

  /** Sends to the nodes where a group has members but some, packed once for all of them (D49). */
  cast(group: Group, { topic, payload, from }: Message, except: readonly Pid[]): number {
    const spared = [...new Set(except)].filter((pid) => isPid(pid) && this.#kernel.isForeign(pid));
    const bytes = this.#audience.pack(
      {
        ...{ kind: 'cast', scope: group.scope.name, group: group.name, topic, from, payload },
        except: spared.length > 0 ? spared : undefined,
      },
      from,
    );
    if (bytes === undefined) return 0;
    const isExempt = this.#kernel.bound.isExempt(topic);
    let known = 0;
    for (const [node, part] of group.others ?? []) {
      const count = sizeOf(part) - spared.filter((pid) => isIn(part, pid)).length;
      if (count === 0) continue;
      const loss = this.#audience.send(node, bytes, isExempt);
      if (loss === undefined) known += count;
      else this.#kernel.events.drop(undefined, loss, count);
    }
    return known;
  }

  /** A broadcast of another node, for whoever is a member here now. */
  #arrived({ scope, group, topic, payload, from, except }: Entry & { kind: 'cast' }): void {
    const { groups, processes } = this.#kernel;
    const target = groups.find({ scope, group });
    if (target === undefined) return;
    if (target.onCast !== undefined) return target.onCast({ topic, payload, from });
    const spared = except && new Set(except.map((pid) => processes.get(pid)));
    groups.broadcast(target, { topic, payload, from }, spared);
  }
}

/** Whether a member is known to be there; of a counted group it is not. */
function isIn(part: Part, pid: Pid): boolean {
  return typeof part !== 'number' && part.has(pid);
}

/** What is shared. */
export interface GroupsPlan {
  readonly localScopes: ReadonlySet<string>;
  readonly countedScopes: Pick<ReadonlySet<string>, 'has'>;
  /** Bytes of the largest entry. */
  readonly maxMessage: number;
}
