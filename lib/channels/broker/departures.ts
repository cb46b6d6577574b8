import type { Pid } from '../../core/index.js';
import type { Member } from '../members/member.js';
import type { Channel } from '../table/channel.js';

/**
 * Clients that have gone and of whom nobody was told yet: they are out of everything at once, and why is known when
 * the relay's leave comes, which is its last message of each (B33).
 */
export class Departures {
  readonly #gone = new Map<Pid, Departed>();

  get size(): number {
    return this.#gone.size;
  }

  /** Nobody is left to be told. */
  clear(): void {
    this.#gone.clear();
  }

  /** A client is out of these channels. */
  add(member: Member, channels: readonly Channel[]): void {
    this.#gone.set(member.pid, { member, channels });
  }

  /** The relay has said why: the processes of its channels hear it. Gives the client; `undefined`: it is not here. */
  left(pid: Pid, reason: string): Member | undefined {
    const departed = this.#gone.get(pid);
    if (departed === undefined) return undefined;
    this.#gone.delete(pid);
    for (const { room } of departed.channels) room?.left(departed.member, reason);
    return departed.member;
  }
}

interface Departed {
  readonly member: Member;
  readonly channels: readonly Channel[];
}
