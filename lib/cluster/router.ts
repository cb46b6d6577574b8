import { type ExitReason, isPid, type Message, type Pid } from '../core/index.js';
import type { Foreign, Group, Route } from '../runtime/index.js';
import type { Groups } from './groups/groups.js';
import type { Membership } from './membership/membership.js';
import type { Peer } from './peer.js';
import type { Peers } from './peers.js';

/** Where addresses of other nodes lead: to the peer whose id stands in them. */
export class Router implements Route {
  readonly #id: string;
  readonly #peers: Peers;
  readonly #membership: Pick<Membership, 'use' | 'absence'>;
  readonly #names: RouterOptions['names'];
  readonly #groups: Groups;
  readonly #leave: (millis: number) => Promise<void>;

  constructor({ id, peers, membership, names, groups, leave }: RouterOptions) {
    this.#id = id;
    this.#names = names;
    this.#peers = peers;
    this.#membership = membership;
    this.#groups = groups;
    this.#leave = leave;
  }

  find(to: string): Foreign | undefined {
    if (to.charCodeAt(0) === AT) {
      const owner = this.#names.lookup(to);
      return owner === undefined ? undefined : this.find(owner);
    }
    const id = nodeOf(to);
    if (id === undefined || id === this.#id) return undefined;
    const relations = this.#peerOf(id)?.relations;
    return relations?.known(to) ?? (isPid(to) ? relations?.foreign(to) : undefined);
  }

  ownerOf(name: string): Pid | undefined {
    return this.#names.ownerOf(name);
  }

  absence(to: string): ExitReason {
    const absence = this.#membership.absence(nodeOf(to) ?? '');
    return { type: absence === 'noproc' ? 'noproc' : 'noconnection' };
  }

  cast(group: Group, message: Message, except: readonly Pid[]): number {
    return this.#groups.cast(group, message, except);
  }

  close(millis: number): Promise<void> {
    return this.#leave(millis);
  }

  /** The peer with an id; a link begins with one that may be there (D4). */
  #peerOf(id: string): Peer | undefined {
    const known = this.#peers.find(id);
    if (known?.relations.phase === 'up') return known;
    // One that has left is still known for a while, and will not be up again.
    const absence = this.#membership.use(id);
    const isThere = absence === 'up' || absence === 'beginning';
    return isThere ? this.#peers.open(id) : undefined;
  }
}

/** What a router looks into. */
export interface RouterOptions {
  /** Of this node. */
  readonly id: string;
  readonly peers: Peers;
  readonly membership: Pick<Membership, 'use' | 'absence'>;
  /** Who has a name of the cluster: a process anywhere, or one of this node (D40). */
  readonly names: {
    lookup(name: string): Pid | undefined;
    ownerOf(name: string): Pid | undefined;
  };
  readonly groups: Groups;
  readonly leave: (millis: number) => Promise<void>;
}

/** The node in a PID, cheaply: whether the rest is a PID is not looked at. */
function nodeOf(to: string): string | undefined {
  const at = to.charCodeAt(0) === BRACE ? to.indexOf('@') : -1;
  return at < 0 ? undefined : to.slice(1, at);
}

const BRACE = 123;
const AT = 64;
