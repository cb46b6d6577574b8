import type { Message } from '../../core/index.js';
import type { Group, GroupTable, Process } from '../../runtime/index.js';
import { channelName } from '../definitions/channelName.js';
import type { Member } from '../members/member.js';
import type { ChannelPresence } from '../presence/channelPresence.js';
import { Channel, type Way } from './channel.js';
import { ChannelStreams, type MemberEvent } from './channelStreams.js';
import type { Reporter } from './stream.js';

/**
 * The channels that there are, in the order of their creation, and who is in them. What it does to a membership, it
 * does at once and wholly; who is to know of it is told by the caller, once nothing is half done.
 */
export class Channels {
  readonly #channels = new Map<string, Channel>();
  /** The names that somebody listens to. */
  readonly #heard = new Map<string, ChannelStreams>();
  /** How many of them clients have made. */
  ofClients = 0;
  /** Those of them that were left by their last member, the first of these first. */
  readonly #left = new Set<Channel>();
  /** Who is present, by the names of channels: there need be none here, as other nodes tell of theirs. */
  readonly #present = new Map<string, ChannelPresence>();

  constructor(readonly around: Surroundings) {}

  get size(): number {
    return this.#channels.size;
  }

  /** One that clients have made and nobody needs: it may make place for another, or one client could take all places. */
  get idle(): Channel | undefined {
    for (const channel of this.#left) {
      if (channel.size > 0 || channel.own !== undefined) this.#left.delete(channel);
      else if (channel.room === undefined) return channel;
    }
    return undefined;
  }

  [Symbol.iterator](): Iterator<Channel> {
    return this.#channels.values();
  }

  find(name: string): Channel | undefined {
    return this.#channels.get(name);
  }

  /** The members of a channel on all nodes, where there are any, or it is one of this node. */
  groupOf(name: string): Group | undefined {
    const { groups, scope } = this.around;
    return this.#channels.get(name)?.group ?? groups.find({ group: PREFIX + name, scope });
  }

  /** How many are in a channel, on all nodes. */
  countOf(name: string): number {
    return this.find(name)?.total ?? this.groupOf(name)?.size ?? 0;
  }

  /** The channel, made if it is missing. @throws ProcessError `Invalid` for a bad name. */
  open(name: string): Channel {
    const known = this.#channels.get(name);
    if (known !== undefined) return known;
    channelName(name);
    const { groups, scope, timestamp } = this.around;
    const group = groups.open({ group: PREFIX + name, scope });
    group.isHeld = true;
    const channel = new Channel(name, group, timestamp);
    group.onCast = this.around.fellows?.takerFor(channel);
    channel.streams = this.#heard.get(name);
    channel.presence = this.#present.get(name);
    this.#channels.set(name, channel);
    return channel;
  }

  /** Takes a channel out, with the processes and ids in it; its connections have left already. */
  delete(channel: Channel): void {
    const { name, group } = channel;
    this.#channels.delete(name);
    this.#left.delete(channel);
    if (channel.isOfClients) this.ofClients--;
    channel.guests = undefined;
    channel.presence?.end();
    group.isHeld = false;
    group.onCast = undefined;
    for (const process of [...group.members.keys()]) group.exit(process);
    this.around.groups.tidy(group);
  }

  /** Makes a member of a connection, or changes how it gets the messages; `false` if it was one. */
  enter(channel: Channel, member: Member, way: Way | undefined, params?: unknown): boolean {
    if (params !== undefined) {
      channel.params ??= new Map();
      channel.params.set(member, params);
    } else channel.params?.delete(member);
    channel.ways?.get(member)?.stop?.();
    channel.ways?.delete(member);
    if (way !== undefined) {
      channel.ways ??= new Map();
      channel.ways.set(member, way);
    }
    return channel.group.enter(member.process);
  }

  /**
   * Ends a membership: its entry, its clock and its presence, which may linger (PR7); `false` if there is none.
   */
  exit(channel: Channel, member: Member, lingers: boolean): boolean {
    if (!channel.has(member.process)) return false;
    // Before, as its history is in use until now.
    if (channel.size === 1) this.around.emptying(channel);
    channel.group.exit(member.process);
    const { ways } = channel;
    ways?.get(member)?.stop?.();
    ways?.delete(member);
    if (ways?.size === 0) channel.ways = undefined;
    channel.params?.delete(member);
    channel.presence?.exit(member, lingers);
    if (channel.isOfClients && channel.size === 0) this.#left.add(channel);
    return true;
  }

  /** The channels that a process is in, in the order of its joining. */
  of({ ownGroups }: Process): Channel[] {
    return ownGroups.flatMap((group) => {
      const channel = this.#channels.get(group.name.slice(PREFIX.length));
      return channel?.group === group ? [channel] : [];
    });
  }

  /** Tells those who listen to a channel. */
  tell({ streams, total }: Channel, type: MemberEvent['type'], { connection }: Member): void {
    if (streams?.members.observed) streams.members.next({ type, connection, count: total });
  }

  /** Those who listen to a name. */
  listeners(name: string): ChannelStreams | undefined {
    return this.#heard.get(name);
  }

  /** The streams of a name, made for the first who listens; `unheard` takes them away again. */
  heard(name: string): ChannelStreams {
    let streams = this.#heard.get(name);
    if (streams === undefined) {
      streams = new ChannelStreams(name, this.around);
      this.#heard.set(name, streams);
      const channel = this.#channels.get(name);
      if (channel !== undefined) channel.streams = streams;
    }
    return streams;
  }

  /** Somebody has stopped listening. */
  unheard(streams: ChannelStreams): void {
    if (streams.observed) return;
    this.#heard.delete(streams.name);
    const channel = this.#channels.get(streams.name);
    if (channel !== undefined) channel.streams = undefined;
  }

  presenceOf(name: string): ChannelPresence | undefined {
    return this.#present.get(name);
  }

  get presences(): Iterable<ChannelPresence> {
    return this.#present.values();
  }

  /** Somebody is present under a name; `undefined`: nobody is any more. */
  showPresence(name: string, presence: ChannelPresence | undefined): void {
    if (presence === undefined) this.#present.delete(name);
    else this.#present.set(name, presence);
    const channel = this.#channels.get(name);
    if (channel !== undefined) channel.presence = presence;
  }

  /** The manager has ended: nothing is left, and nobody listens any more. */
  end(): void {
    for (const channel of [...this.#channels.values()]) this.delete(channel);
    for (const presence of [...this.#present.values()]) presence.stop();
    for (const streams of [...this.#heard.values()]) streams.complete();
  }
}

/** Of the group of each channel (B12). */
const PREFIX = 'channel:';

/** Where channels are. */
export interface Surroundings extends Reporter {
  readonly groups: GroupTable;
  /** The scope of their groups; `undefined`: the default one. */
  readonly scope: string | undefined;
  /** The time of day, in whole seconds since 1970. */
  readonly timestamp: number;
  /** The managers of other nodes, which send to channels as well. */
  readonly fellows?: { takerFor(channel: Channel): (message: Message) => void } | undefined;
  /** The last member is about to leave. */
  emptying(channel: Channel): void;
}
