import type { Pid } from '../../core/index.js';
import type { Group, Process } from '../../runtime/index.js';
import type { ChannelDefinition } from '../definitions/channelDefinition.js';
import type { Joining } from '../definitions/joining.js';
import type { Member } from '../members/member.js';
import type { ChannelPresence } from '../presence/channelPresence.js';
import type { ChannelStreams } from './channelStreams.js';
import type { Room } from './room.js';

/**
 * One channel: who is in it, and what is said of it. Its members are the process group `channel:<name>` (B12), so
 * that a subscription is an entry there and one with the process, and nothing else (B35).
 *
 * The room `table` has the channels that there are, and the way of a message to those in one: begin here; `channels.ts` is
 * the table, `publish.ts` the way, `gathering.ts` that of messages which leave as one frame, `room.ts` the port of a
 * channel's process.
 */
export class Channel {
  /** What was said of this very channel when it was created; goes before what is defined for its name. */
  own: ChannelDefinition | undefined;
  /** Whether a client has made it by subscribing. */
  isOfClients = false;
  /** Ids that are no processes, in the order in which they came. */
  guests: Set<string> | undefined;
  /** The members that do not get everything, or not for ever. */
  ways: Map<Member, Way> | undefined;
  /** What members have sent with their join, for a hook that may be asked again (B32). */
  params: Map<Member, unknown> | undefined;
  /** Its process, if it has a behaviour. */
  room: Room | undefined;
  /** Who is present in it and who watches that, if somebody is or does (PR1). */
  presence: ChannelPresence | undefined;
  /** Those who listen to it on the server, if somebody does. */
  streams: ChannelStreams | undefined;

  constructor(
    readonly name: string,
    readonly group: Group,
    /** Unix time in whole seconds. */
    readonly createdAt: number,
  ) {}

  /** How many are in it on this node, in any way (B12). */
  get size(): number {
    return this.group.members.size + (this.guests?.size ?? 0);
  }

  /** The same of all nodes. */
  get total(): number {
    return this.group.size + (this.guests?.size ?? 0);
  }

  /** The ids of those who are in it, as a copy: PIDs, then others. */
  get ids(): string[] {
    const pids = [...this.group.members.keys()].map(pidOf);
    return this.guests === undefined ? pids : [...pids, ...this.guests];
  }

  has(process: Process): boolean {
    return this.group.members.has(process);
  }
}

const pidOf = ({ pid }: { readonly pid: Pid }): Pid => pid;

/** How a member gets a channel's messages, where it is not simply all of them. */
export interface Way {
  readonly filter: Joining['filter'];
  readonly transform: Joining['transform'];
  /** What of it the channel's process has said. */
  readonly byProcess: Joining | undefined;
  /** Stops the clock of its membership (B32). */
  readonly stop?: () => void;
  /** Has that clock begin anew. */
  readonly renew?: () => void;
  /** How many recorded messages were not for it since the last that was (CH10). */
  passed: number;
}
