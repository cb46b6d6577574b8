import type { Pid } from '../../core/index.js';
import type { ChannelRoom } from '../rooms/channelRoom.js';
import { type Entry, Roster } from '../rooms/roster.js';
import type { Attendee, Room } from '../table/room.js';
import { AwayAsking, type AwayWorld } from './awayAsking.js';
import { crossing } from './farMember.js';
import { frames, type PersonThere } from './frames.js';

/**
 * The process of a channel as a node has it that is not its home: it has this node's people, of whom each home is told, be
 * it the next one as well.
 */
export class AwayRoom extends AwayAsking implements Room {
  /** How full a mailbox on another node is, nobody knows here: what is too much for it is refused there. */
  readonly isFull = false;
  readonly #roster = new Roster();
  readonly #forget: () => void;

  /** `forget`: nobody needs it any more. */
  constructor(world: AwayWorld, name: string, forget: () => void) {
    super(world, name);
    this.#forget = forget;
  }

  joined(member: Attendee, params: unknown): void {
    const entry = this.#roster.add(member, params);
    if (this.home === undefined) return;
    this.#say(frames.joined, entry);
    entry.isKnown = true;
  }

  renewed(member: Attendee, params: unknown): void {
    const entry = this.#roster.find(member.pid);
    if (entry === undefined) return;
    entry.params = params;
    this.refreshed(member);
  }

  refreshed({ pid }: Attendee): void {
    const entry = this.#roster.find(pid);
    if (entry !== undefined) this.#say(frames.renewed, entry);
  }

  #say(topic: typeof frames.joined, { member: { pid, connection }, params }: Entry): void {
    this.tell(topic, [this.name, pid, crossing(this.world.broker, connection), params]);
  }

  left({ pid }: Attendee, reason: string): void {
    if (!this.#roster.delete(pid)) return;
    this.tell(frames.left, [this.name, pid, reason]);
    this.rest();
  }

  /** The channel was deleted, or its manager has ended. */
  stop(): void {
    for (const { member } of this.#roster.all) this.left(member, 'unsubscribed');
    this.failAsked();
    this.rest();
  }

  // --- where its home is ----------------------------------------------------------------------------

  /** Who is here, for the home. */
  get people(): readonly PersonThere[] {
    return this.#roster.all.map(
      ({ member: { pid, connection }, params, isKnown }) =>
        [pid, crossing(this.world.broker, connection), params, isKnown] as const,
    );
  }

  /** This home was told of `people`. */
  attend(home: Pid): void {
    this.home = home;
    for (const entry of this.#roster.all) entry.isKnown = true;
    this.askAll();
  }

  /** The home has ended, or is not reached any more. */
  lose(): void {
    this.home = undefined;
    this.failAsked();
    this.rest();
  }

  /** The home is here. */
  moveTo(room: ChannelRoom): void {
    this.home = undefined;
    this.failAsked();
    room.adopt(this.#roster.all);
    this.askHere(room);
  }

  /** The opposite: these were in the channel while its home was here. */
  takeOver(entries: readonly Entry[]): void {
    for (const { member, params, isKnown } of entries) {
      this.#roster.add(member, params).isKnown = isKnown;
    }
  }

  protected rest(): void {
    if (this.#roster.size === 0 && !this.isWaiting) this.#forget();
  }
}
