import type { Membership } from '../membership/membership.js';

/** Which nodes are gone for those who want the names of their processes (D41, D44). */
export class LostNodes {
  readonly #now: () => number;
  readonly #membership: LostPorts['membership'];
  /** When each was lost. The oldest are forgotten; who asks for a name of one of them has to wait for it once more. */
  readonly #lostAt = new Map<string, number>();

  constructor({ now, membership }: LostPorts) {
    this.#now = now;
    this.#membership = membership;
  }

  lost(node: string): void {
    this.#lostAt.delete(node);
    this.#lostAt.set(node, this.#now());
    const [oldest] = this.#lostAt.keys();
    if (this.#lostAt.size > MAX_LOST) this.#lostAt.delete(oldest as string);
  }

  /** There is a session with it again. */
  back(node: string): void {
    this.#lostAt.delete(node);
  }

  /**
   * Whether what a node had may be taken. A link begins with one that was never heard of, and until that is decided it may
   * not (D4). *Why 500 ms:* one that is isolated suspends its names before the others take them.
   */
  isFree(node: string): boolean {
    const at = this.#lostAt.get(node);
    const absence = at === undefined ? this.#membership.use(node) : this.#membership.absence(node);
    if (absence === 'noproc') return true;
    return absence === 'noconnection' && at !== undefined && this.#now() - at >= WAIT;
  }
}

/** What it judges by. */
export interface LostPorts {
  /** The system's uptime. */
  readonly now: () => number;
  readonly membership: Pick<Membership, 'use' | 'absence'>;
}

/** Milliseconds for which the names of a lost node are not taken. */
const WAIT = 500;

const MAX_LOST = 1_000;
