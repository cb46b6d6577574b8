import type { Stats } from '../../protocol/index.js';
import type { Member } from '../members/member.js';
import type { Elsewhere } from '../presence/presenceOwner.js';

/** What is known of the clients of other nodes. */
export interface ClientsElsewhere {
  /** What this node puts before what no other one may give out as well. */
  readonly tag: string;
  readonly presence: Elsewhere;
  readonly sessions: SessionsElsewhere;
  readonly figures: FiguresElsewhere;
}

/** Sessions that are not on this node (CN40). */
export interface SessionsElsewhere {
  /**
   * Has a session handed over to a connection here, where another node may have it. Calls back once, later: `resumed`, or
   * why not; `late`: its client has a newer connection.
   *
   * @returns whether anybody is asked
   */
  fetch(secret: string, n: number, member: Member, done: (answer: Fetched) => void): boolean;
}

/** How a session was asked for. */
export type Fetched = 'resumed' | 'late' | 'unknown' | 'expired' | 'identity';

/** What is counted on other nodes, as they have told last (CN50). */
export interface FiguresElsewhere {
  /** How this node counts; whoever can do so sets it. */
  count: (() => Stats) | undefined;
  /** What it has counted last, at most a second ago; `undefined`: there are no others. */
  readonly counted: Stats | undefined;
  /** The name of this node. */
  readonly name: string;
  /** How many connections other nodes have. */
  readonly connections: number;
  /** By the names of the nodes. */
  readonly others: readonly (readonly [name: string, stats: Stats])[];
  /** Somebody here has come or gone. */
  changed(): void;
}
