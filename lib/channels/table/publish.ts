import type { Message, Pid } from '../../core/index.js';
import type { WireMessage } from '../../protocol/index.js';
import { lineOf } from '../../relay/index.js';
import type { Process } from '../../runtime/index.js';
import type { Connection } from '../definitions/connection.js';
import { atOnce, type Published } from '../definitions/joining.js';
import type { Member } from '../members/member.js';
import { Encoded } from '../messages/encoded.js';
import type { Channel, Way } from './channel.js';
import { published } from './published.js';

/**
 * Sends a message to all in a channel, and returns to how many connections (B9, B21). It is made text once; no
 * message, turn or stream is spent on a recipient, only a write, and all writes leave together at the end of
 * the batch. Processes among the members get it as a message of their mailbox.
 */
export function publish(channel: Channel, message: WireMessage, options: Sending): number {
  const count = channel.group.members.size ? sendToMembers(channel, message, options) : 0;
  // Behind the members, so that they get what a listener sends in answer after this.
  announce(channel, message);
  return count;
}

/** Tells those who listen to the channel on the server. */
export function announce(channel: Channel, message: WireMessage): void {
  const { streams } = channel;
  if (streams?.published.observed) streams.published.next(publishedOf(channel, message));
}

/** A message as processes in the channel get it. */
export const toProcess = (
  channel: Channel,
  message: WireMessage,
  from: Pid | undefined,
): Message => ({
  topic: published,
  payload: publishedOf(channel, message),
  from,
});

function sendToMembers(channel: Channel, message: WireMessage, options: Sending): number {
  const { members } = channel.group;
  const { seconds, picks, from } = options;
  const encoded = new Encoded(message, channel.name);
  const isSame = channel.ways === undefined && options.mapFor === undefined;
  const toEach = isSame ? undefined : new Individually(channel, encoded, options);
  let given: Message | undefined;
  let count = 0;
  // A copy where code of a user runs in between, by which members may come and go (B9).
  for (const each of toEach === undefined ? members.keys() : [...members.keys()]) {
    const process = each as Process;
    const member = memberOf(process);
    if (picks !== undefined && !picks(process)) continue;
    if (toEach !== undefined && !members.has(each)) continue;
    if (member === undefined) {
      given ??= toProcess(channel, message, from);
      process.accept(given);
    } else if (
      toEach === undefined ? member.send(encoded, seconds) : toEach.send(member, seconds)
    ) {
      count++;
    }
  }
  return count;
}

/** The connection that a process in a channel is; `undefined` for any other process. */
export const memberOf = (process: Process): Member | undefined =>
  lineOf(process)?.holder as Member | undefined;

/** How a message is sent to a channel. */
export interface Sending extends SendOptions {
  /** The system's uptime in whole seconds. */
  readonly seconds: number;
  /** The PID of the manager. */
  readonly from: Pid | undefined;
  /** Whether a member gets it; default: all. */
  readonly picks?: ((member: { readonly pid: Pid }) => boolean) | undefined;
}

/** Options of `sendToChannel`. */
export interface SendOptions {
  /**
   * What each connection gets instead; undefined: nothing. Those with the same object share its encoding (B21). It
   * costs a call for each.
   */
  readonly mapFor?:
    | ((connection: Connection, message: WireMessage) => WireMessage | undefined)
    | undefined;
}

/** A message as members get it that have a filter or a transform, or that all get changed (B21). */
export class Individually {
  readonly #changed = new Map<WireMessage, Encoded>();
  readonly #published: Published;

  constructor(
    readonly channel: Channel,
    readonly encoded: Encoded,
    readonly options: Sending,
  ) {
    this.#published = publishedOf(channel, encoded.message);
  }

  send(member: Member, seconds: number): boolean {
    const encoded = this.of(member);
    // Asked after them, because these functions may have ended its membership, and no push follows that (CP12).
    return (
      encoded !== undefined && this.channel.has(member.process) && member.send(encoded, seconds)
    );
  }

  /** What a member gets; `undefined`: nothing. */
  of(member: Member): Encoded | undefined {
    return this.#for(member, this.channel.ways?.get(member));
  }

  #for(member: Member, way: Way | undefined): Encoded | undefined {
    const { mapFor } = this.options;
    const { message } = this.encoded;
    const isPlain = way?.filter === undefined && way?.transform === undefined;
    if (isPlain && mapFor === undefined) return this.encoded;
    try {
      if (way?.filter && !atOnce(way.filter(this.#published))) return undefined;
      const mapped = mapFor ? atOnce(mapFor(member.connection, message)) : message;
      if (mapped === undefined || !way?.transform) return mapped && this.#encode(mapped);
      const before = mapped === message ? this.#published : publishedOf(this.channel, mapped);
      const after = atOnce(way.transform(before));
      return after && this.#encode(after === before ? mapped : after);
    } catch (error) {
      // Whose function throws, or gives what is no message, gets nothing; the others do.
      member.owner.report('filter, transform or mapFor', error);
      return undefined;
    }
  }

  #encode(message: WireMessage): Encoded {
    if (message === this.encoded.message) return this.encoded;
    let encoded = this.#changed.get(message);
    if (encoded === undefined) {
      encoded = new Encoded(message, this.channel.name);
      encoded.check();
      this.#changed.set(message, encoded);
    }
    return encoded;
  }
}

function publishedOf({ name }: Channel, message: WireMessage): Published {
  const { type, payload, timestamp, metadata } = message;
  return {
    channel: name,
    type,
    timestamp,
    ...(payload !== undefined && { payload }),
    ...(metadata !== undefined && { metadata }),
  };
}
