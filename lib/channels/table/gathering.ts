import { MAX_BATCH } from '../../codec/index.js';
import type { WireMessage } from '../../protocol/index.js';
import type { Process } from '../../runtime/index.js';
import type { Member } from '../members/member.js';
import { Encoded } from '../messages/encoded.js';
import type { Channel } from './channel.js';
import { announce, Individually, memberOf, type Sending, toProcess } from './publish.js';

/**
 * The messages of a channel that wait to leave as one frame (B30): for a client of v1 an array of them, made text once for
 * all; for one of the page's dialect, which knows no arrays, one by one.
 */
export class Gathering {
  readonly #parcels: Parcel[] = [];
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Takes a message for those who are members now; gives for how many connections. */
  add(message: WireMessage, options: Sending): number {
    const channel = this.#channel;
    const encoded = new Encoded(message, channel.name);
    // Now, as what has no JSON is the sender's fault, and what it changes later is not sent.
    if (channel.group.members.size) encoded.check();
    let count = 0;
    for (const each of channel.group.members.keys()) {
      if (options.picks !== undefined && !options.picks(each)) continue;
      const member = memberOf(each as Process);
      if (member === undefined) each.accept(toProcess(channel, message, options.from));
      else if (member.line.isOpen) count++;
    }
    if (count > 0) this.#parcels.push({ encoded, options });
    announce(channel, message);
    return count;
  }

  get isEmpty(): boolean {
    return this.#parcels.length === 0;
  }

  get isFull(): boolean {
    return this.#parcels.length >= MAX_BATCH;
  }

  /** Sends them all. */
  flush(): void {
    const parcels = this.#parcels;
    const channel = this.#channel;
    const isSame = ({ options: { picks, mapFor } }: Parcel): boolean =>
      channel.ways === undefined && picks === undefined && mapFor === undefined;
    const common = parcels.every(isSame)
      ? new Frames(parcels.map((each) => each.encoded))
      : undefined;
    const toEach = parcels.map(({ encoded, options }) => ({
      picks: options.picks,
      way: new Individually(channel, encoded, options),
    }));
    // A copy, as code of a user may run in between (B9).
    for (const each of [...channel.group.members.keys()]) {
      const member = memberOf(each as Process);
      if (member === undefined || !channel.has(member.process)) continue;
      const own = (): Encoded[] =>
        toEach.flatMap(({ picks, way }) => ((picks?.(member) ?? true) && way.of(member)) || []);
      const frames = common ?? new Frames(own());
      // Code of a user that was asked may have ended its membership (CP12).
      if (channel.has(member.process)) frames.send(member);
    }
  }
}

interface Parcel {
  readonly encoded: Encoded;
  readonly options: Sending;
}

/** Some messages as frames, for one member or for many. */
class Frames {
  #array: string | undefined;

  constructor(readonly messages: readonly Encoded[]) {}

  send(member: Member): void {
    const { messages } = this;
    if (member.isV1 && messages.length > 1) {
      this.#array ??= `[${messages.map(({ v1 }) => v1).join()}]`;
      member.write(this.#array);
      return;
    }
    for (const message of messages) member.write(member.isV1 ? message.v1 : message.plain);
  }
}
