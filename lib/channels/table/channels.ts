import type { Kernel, Process } from '../../runtime/index.js';
import { channelName } from '../definitions/channelName.js';
import type { Member } from '../members/member.js';
import { unixTime } from '../messages/unixTime.js';
import { Channel, type MemberEvent, type Way } from './channel.js';
import { Source } from './stream.js';

/**
 * The channels that there are, in the order of their creation, and who is in them. What it does to a membership, it
 * does at once and wholly; whom it concerns is told by the caller.
 */
export class Channels {
  readonly #channels = new Map<string, Channel>();
  /** How many of them clients have made. */
  ofClients = 0;

  /** Without surroundings there are no processes, only ids (B12). */
  constructor(readonly around: Surroundings | undefined) {}

  get size(): number {
    return this.#channels.size;
  }

  [Symbol.iterator](): Iterator<Channel> {
    return this.#channels.values();
  }

  find(name: string): Channel | undefined {
    return this.#channels.get(name);
  }

  /** The channel, made if it is missing. @throws ProcessError `Invalid` for a bad name. */
  open(name: string): Channel {
    const known = this.#channels.get(name);
    if (known !== undefined) return known;
    channelName(name);
    const { kernel } = this.around ?? {};
    const group = kernel?.groups.open(this.#place(name));
    if (group !== undefined) group.isHeld = true;
    const channel = new Channel(
      name,
      group,
      kernel ? Math.floor(kernel.now() / 1_000) : unixTime(),
    );
    this.#channels.set(name, channel);
    return channel;
  }

  /** Takes a channel out, whose members have left already. */
  delete(channel: Channel): void {
    this.#channels.delete(channel.name);
    if (channel.isOfClients) this.ofClients--;
    for (const process of [...(channel.group?.members.keys() ?? [])]) {
      this.#leave(channel, process as Process);
    }
    channel.guests = undefined;
    channel.messages?.complete();
    channel.published?.complete();
    channel.membership?.complete();
    const { group } = channel;
    if (group === undefined) return;
    group.isHeld = false;
    this.around?.kernel.groups.tidy(group);
  }

  /** Puts a process into a channel; `false` if it is there already. */
  join(channel: Channel, process: Process): boolean {
    if (channel.has(process)) return false;
    this.around?.kernel.groups.join(this.#place(channel.name), [process]);
    return true;
  }

  /** Takes a process out of a channel, however often it has joined; `false` if it was not there. */
  leave(channel: Channel, process: Process): boolean {
    if (!channel.has(process)) return false;
    this.#leave(channel, process);
    return true;
  }

  #leave({ group, name }: Channel, process: Process): void {
    const joins = group?.members.get(process) ?? 0;
    const all = new Array<Process>(joins).fill(process);
    this.around?.kernel.groups.leave(this.#place(name), all);
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
    if (!this.join(channel, member.process)) return false;
    member.channels++;
    return true;
  }

  /** Ends a membership: its clock and its entries; `false` if there is none. */
  exit(channel: Channel, member: Member): boolean {
    if (!this.leave(channel, member.process)) return false;
    member.channels--;
    const { ways } = channel;
    ways?.get(member)?.stop?.();
    ways?.delete(member);
    if (ways?.size === 0) channel.ways = undefined;
    channel.params?.delete(member);
    return true;
  }

  /** The channels that a process is in, in the order of its joining. */
  of({ ownGroups }: Process): Channel[] {
    return ownGroups.flatMap((group) => {
      const channel = this.#channels.get(group.name.slice(PREFIX.length));
      return channel?.group === group ? [channel] : [];
    });
  }

  /** Tells the subscribers of `members$`. */
  tell(channel: Channel, type: MemberEvent['type'], { connection }: Member): void {
    if (!channel.membership?.observed) return;
    channel.membership.next({ type, connection, count: channel.size });
  }

  /** One of a channel's streams, made when it is first asked for. */
  source<T>(source: Source<T> | undefined): Source<T> {
    return (
      source ?? new Source<T>((error) => this.around?.report('a subscriber of a stream', error))
    );
  }

  #place(name: string) {
    return { group: PREFIX + name, scope: this.around?.scope };
  }
}

/** Of the group of each channel (B12). */
const PREFIX = 'channel:';

/** Where the channels of a system are. */
export interface Surroundings {
  readonly kernel: Kernel;
  /** The scope of their groups; `undefined`: the default one. */
  readonly scope: string | undefined;
  /** Tells of what code of a user has thrown. */
  report(what: string, error: unknown): void;
}
