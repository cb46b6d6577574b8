import { MAX_BATCH } from '../../codec/index.js';
import type { Process } from '../../runtime/index.js';
import type { Member } from '../members/member.js';
import type { Encoded } from '../messages/encoded.js';
import type { Channel } from './channel.js';
import { Individually } from './individually.js';
import { announce, memberOf, toProcess } from './publish.js';
import type { Sending } from './sending.js';
import { notePassed, tellPosition } from './tellPosition.js';

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
  add(encoded: Encoded, options: Sending): number {
    const channel = this.#channel;
    // Now, as what has no JSON is the sender's fault, and what it changes later is not sent.
    if (channel.group.members.size) encoded.check();
    let count = 0;
    for (const each of channel.group.members.keys()) {
      if (options.picks !== undefined && !options.picks(each)) continue;
      const member = memberOf(each as Process);
      if (member === undefined) each.accept(toProcess(encoded, options.from));
      else if (member.line.isOpen) count++;
    }
    if (count > 0) this.#parcels.push({ options, way: new Individually(encoded, options.mapFor) });
    announce(channel, encoded);
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
      ? new Frames(parcels.map(({ way }) => way.encoded))
      : undefined;
    const lag = parcels[0]?.options.lag;
    const lagging: Member[] = [];
    // A copy, as code of a user may run in between (B9).
    for (const each of [...channel.group.members.keys()]) {
      const member = memberOf(each as Process);
      if (member === undefined || !channel.has(member.process)) continue;
      if (lag?.isLagging(member)) lagging.push(member);
      else if (common !== undefined) common.send(member);
      else this.#sendOwn(member);
    }
    for (const member of lagging) lag?.end(member);
  }

  /** Sends a member what is for it alone. */
  #sendOwn(member: Member): void {
    const channel = this.#channel;
    const way = channel.ways?.get(member);
    const picked = this.#parcels.filter(({ options }) => options.picks?.(member) ?? true);
    const own = picked.map((parcel) => ({ ...parcel, encoded: parcel.way.for(member, way) }));
    // Code of a user that was asked may have ended its membership (CP12).
    if (!channel.has(member.process)) return;
    new Frames(own.flatMap(({ encoded }) => encoded ?? [])).send(member);
    if (way === undefined) return;
    const recorded = own.filter(({ options }) => options.history !== undefined);
    for (const { encoded } of recorded) notePassed(way, encoded !== undefined);
    const last = recorded.at(-1);
    tellPosition(last?.options.history, member, way, last?.way.encoded.place);
  }
}

interface Parcel {
  readonly options: Sending;
  readonly way: Individually;
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
    for (const message of messages) {
      member.write(member.isV1 ? message.v1 : message.plain, member.fieldsOf(message));
    }
  }
}
