import type { Unsubscribable } from 'rxjs';
import type { DropReason, Pid } from '../../core/index.js';
import type { ChannelOptions } from '../definitions/channelDefinition.js';
import type { Limits } from '../definitions/limitOptions.js';
import type { Member } from '../members/member.js';
import type { Channel } from '../table/channel.js';
import type { Channels } from '../table/channels.js';
import type { Lag } from '../table/sending.js';
import { left } from './left.js';
import { type Expulsion, tellExpelled } from './tellExpelled.js';

/**
 * The members that read too slowly (B27): a membership ends at once, and nothing of its channel is written any more, so
 * that what waits is bounded. Its client is told when half of that has left, and asks for what it has missed.
 */
export class Laggards {
  /** The memberships of whose end a client is to be told. Invariant: while there are some, the clock runs. */
  readonly #waiting = new Map<Member, Map<string, Expulsion>>();
  #clock: Unsubscribable | undefined;

  constructor(readonly owner: LaggardsOwner) {}

  get size(): number {
    return this.#waiting.size;
  }

  /** What becomes of slow members of a channel; `undefined`: the relay closes them, sooner or later (Q2). */
  lagOf(channel: Channel, { lag, history }: ChannelOptions): Lag | undefined {
    const mode = lag ?? (history === undefined ? 'close' : 'catchUp');
    if (mode === 'close') return undefined;
    const { catchUp } = this.owner.limits;
    return {
      isLagging: ({ isV1, line }) => isV1 && line.buffered > catchUp,
      end: (member) => this.#end(channel, member),
    };
  }

  #end(channel: Channel, member: Member): void {
    const { owner } = this;
    if (!owner.channels.exit(channel, member, true)) return;
    const ends = this.#waiting.get(member) ?? new Map<string, Expulsion>();
    this.#waiting.set(member, ends.set(channel.name, { code: 'lagged' }));
    this.#clock ??= this.#start();
    owner.drop(member.pid, 'lagged');
    left(owner, channel, member, 'lagged');
  }

  /** The client will not be told: it has asked for the channel by itself, or does not want it any more (CP12). */
  forget(member: Member, name: string): void {
    this.#waiting.get(member)?.delete(name);
  }

  /** The client will be told something else, as it is to come back no more; `false`: it does not lag there. */
  change(member: Member, name: string, why: Expulsion): boolean {
    const ends = this.#waiting.get(member);
    if (ends?.has(name) !== true) return false;
    ends.set(name, why);
    return true;
  }

  /** The same of all who lag in a channel. */
  changeAll(name: string, why: Expulsion): void {
    for (const member of this.#waiting.keys()) this.change(member, name, why);
  }

  /** A client has gone. */
  remove(member: Member): void {
    if (this.#waiting.delete(member)) this.#rest();
  }

  #start(): Unsubscribable {
    return this.owner.after(PERIOD, () => this.#look());
  }

  #look(): void {
    this.#clock = undefined;
    const half = this.owner.limits.catchUp / 2;
    for (const [member, ends] of this.#waiting) {
      if (member.line.buffered > half) continue;
      this.#waiting.delete(member);
      for (const [name, why] of ends) tellExpelled(name, member, why);
    }
    if (this.#waiting.size > 0) this.#clock = this.#start();
  }

  #rest(): void {
    if (this.#waiting.size > 0) return;
    this.#clock?.unsubscribe();
    this.#clock = undefined;
  }
}

/** Whose members they are. */
interface LaggardsOwner {
  readonly limits: Pick<Limits, 'catchUp'>;
  readonly channels: Channels;
  drop(pid: Pid, reason: DropReason): void;
  after(millis: number, run: () => void): Unsubscribable;
}

/** Milliseconds after which one looks again how much waits. */
const PERIOD = 100;
