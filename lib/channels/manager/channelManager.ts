import { isPid, ProcessError, shown } from '../../core/index.js';
import { lineOf } from '../../relay/index.js';
import type { Broker } from '../broker/broker.js';
import { deleteChannel } from '../broker/deleteChannel.js';
import { expelFrom } from '../broker/everyone.js';
import { joinByServer } from '../broker/joinByServer.js';
import {
  type ChannelDefinition,
  checkDefinition,
  isPattern,
} from '../definitions/channelDefinition.js';
import { channelName } from '../definitions/channelName.js';
import type { Channel } from '../table/channel.js';
import type { Channels } from '../table/channels.js';

/**
 * The channels of a manager: which there are and who is in them (B12). A member is whatever has an id: a connection or
 * another process by its PID, which leaves by itself when it ends, or any other text.
 */
export class ChannelManager {
  readonly #channels: Channels;
  readonly #broker: Broker | undefined;

  /** @internal Without a broker there are no processes, and all members are ids. */
  constructor(channels: Channels, broker?: Broker) {
    this.#channels = channels;
    this.#broker = broker;
  }

  /**
   * Makes a channel; if it is there, its metadata are replaced and its subscribers stay.
   *
   * @throws ProcessError `Invalid` for a pattern, which is no channel.
   * @example manager.channels.createChannel(channel('chat:general', { description: 'General Chat Room' }));
   */
  createChannel(definition: ChannelDefinition): void {
    if (typeof definition?.pattern !== 'string' || isPattern(definition)) {
      throw new ProcessError(
        'Invalid',
        'createChannel: give channel(name, …), with a name that has no *',
      );
    }
    const { pattern } = checkDefinition(definition);
    this.#broker?.histories.adopt(definition);
    this.#channels.open(pattern).own = definition;
  }

  /** Ends a channel: its members are out, its process stops, a client of v1 is told (B28). `false`: there was none. */
  deleteChannel(name: string): boolean {
    if (this.#broker !== undefined) return deleteChannel(this.#broker, name);
    const channel = this.#channels.find(name);
    if (channel !== undefined) this.#channels.delete(channel);
    return channel !== undefined;
  }

  /**
   * Puts an id into a channel, which is made if it is missing; no hook is asked (B31). `false` if it is there already,
   * or is the PID of a process that has ended, or of a connection that is not this manager's, or not any more.
   *
   * @throws ProcessError `Invalid` for a name or an id that is no non-empty text.
   */
  subscribe(name: string, id: string): boolean {
    if (!this.channelExists(name)) channelName(name);
    checkId(id);
    const broker = this.#broker;
    const member = broker?.members.get(id);
    if (broker !== undefined && member !== undefined) {
      // How a hook has let it in stays as it is.
      if (broker.channels.find(name)?.has(member.process)) return false;
      joinByServer(broker, name, member);
      return true;
    }
    const process = broker?.kernel.processes.get(id);
    const isElsewhere = process === undefined ? isPid(id) : lineOf(process) !== undefined;
    if (broker !== undefined && isElsewhere) return false;
    const channel = this.#channels.open(name);
    if (process !== undefined) return channel.group.enter(process);
    channel.guests ??= new Set();
    if (channel.guests.has(id)) return false;
    channel.guests.add(id);
    return true;
  }

  /**
   * Takes an id out of a channel, which stays listed; `false` if it was not there. In a cluster also a connection of another
   * node, as far as this one knows (CN10).
   */
  unsubscribe(name: string, id: string): boolean {
    const broker = this.#broker;
    if (broker !== undefined && (broker.members.has(id) || broker.kernel.isForeign(id))) {
      return expelFrom(broker, name, id, { code: 'kicked', retry: false });
    }
    const channel = this.#channels.find(name);
    const process = broker?.kernel.processes.get(id);
    if (process !== undefined) return channel?.group.exit(process) ?? false;
    return channel?.guests?.delete(id) ?? false;
  }

  /** Takes an id of this node out of all channels. */
  unsubscribeAll(id: string): void {
    for (const { name } of this.#channelsOf(id)) this.unsubscribe(name, id);
  }

  /** Who is in a channel on this node, as a copy; of one that there is not, nobody. */
  getSubscribers(name: string): readonly string[] {
    return this.#channels.find(name)?.ids ?? [];
  }

  /** Which channels an id is in: a process in the order of its joining, another id in that of their creation. */
  getSubscribedChannels(id: string): readonly string[] {
    return this.#channelsOf(id).map(({ name }) => name);
  }

  #channelsOf(id: string): Channel[] {
    const process = this.#broker?.kernel.processes.get(id);
    if (process !== undefined) return this.#channels.of(process);
    return [...this.#channels].filter(({ guests }) => guests?.has(id));
  }

  /** How many are in a channel, in a cluster on all nodes; 0 in one that there is not. */
  subscriberCount(name: string): number {
    return this.#channels.countOf(name);
  }

  /** The names of all channels, private ones as well, in the order of their creation. */
  listChannels(): readonly string[] {
    return [...this.#channels].map(({ name }) => name);
  }

  channelExists(name: string): boolean {
    return this.#channels.find(name) !== undefined;
  }

  /** What was said of a channel; `undefined` if there is none, or nothing was said, since it was just subscribed. */
  getChannelMetadata(name: string): ChannelMetadata | undefined {
    const channel = this.#channels.find(name);
    const definition = channel?.own ?? this.#broker?.definitions.find(name);
    if (channel === undefined || definition === undefined) return undefined;
    const { description, isPrivate = false } = definition.options;
    return {
      name,
      ...(description !== undefined && { description }),
      is_private: isPrivate,
      created_at: channel.createdAt,
    };
  }
}

/** What is known of a channel, as the page has it. */
export interface ChannelMetadata {
  readonly name: string;
  readonly description?: string;
  readonly is_private: boolean;
  /** Unix time in whole seconds. */
  readonly created_at: number;
}

function checkId(id: unknown): void {
  if (typeof id === 'string' && id !== '') return;
  throw new ProcessError('Invalid', `${shown(id)} is no id: give a non-empty text`);
}
