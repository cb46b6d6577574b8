import type { Message, Pid } from '../../core/index.js';
import { lineOf } from '../../relay/index.js';
import type { Process } from '../../runtime/index.js';
import type { Member } from '../members/member.js';
import type { Encoded } from '../messages/encoded.js';
import type { Channel } from './channel.js';
import { Individually, publishedOf } from './individually.js';
import { published } from './published.js';
import type { Sending } from './sending.js';
import { notePassed, tellPosition } from './tellPosition.js';

/**
 * Sends a message to all in a channel, and returns to how many connections (B9, B21). It is made text once; no
 * message, turn or stream is spent on a recipient, only a write, and all writes leave together at the end of
 * the batch. Processes among the members get it as a message of their mailbox.
 */
export function publish(channel: Channel, encoded: Encoded, options: Sending): number {
  const count = channel.group.members.size ? sendToMembers(channel, encoded, options) : 0;
  // Behind the members, so that they get what a listener sends in answer after this.
  announce(channel, encoded);
  return count;
}

/** Tells those who listen to the channel on the server. */
export function announce({ streams }: Channel, encoded: Encoded): void {
  if (streams?.published.observed) streams.published.next(publishedOf(encoded, encoded.message));
}

/** A message as processes in the channel get it. */
export const toProcess = (encoded: Encoded, from: Pid | undefined): Message => ({
  topic: published,
  payload: publishedOf(encoded, encoded.message),
  from,
});

function sendToMembers(channel: Channel, encoded: Encoded, options: Sending): number {
  const { members } = channel.group;
  const { seconds, picks, from, lag, mapFor } = options;
  const isSame = channel.ways === undefined && mapFor === undefined;
  const toEach = isSame ? undefined : new Individually(encoded, mapFor);
  const lagging: Member[] = [];
  let given: Message | undefined;
  let count = 0;
  // A copy where code of a user runs in between, by which members may come and go (B9).
  for (const each of toEach === undefined ? members.keys() : [...members.keys()]) {
    const process = each as Process;
    const member = memberOf(process);
    if (picks !== undefined && !picks(process)) continue;
    if (toEach !== undefined && !members.has(each)) continue;
    if (member === undefined) {
      given ??= toProcess(encoded, from);
      process.accept(given);
    } else if (lag?.isLagging(member)) lagging.push(member);
    else if (toEach === undefined) {
      if (member.send(encoded, seconds)) count++;
    } else if (sendOne(channel, toEach, member, options)) count++;
  }
  // Behind the loop, because others may be told.
  for (const member of lagging) lag?.end(member);
  return count;
}

function sendOne(
  channel: Channel,
  toEach: Individually,
  member: Member,
  { seconds, history }: Sending,
): boolean {
  const way = channel.ways?.get(member);
  const encoded = toEach.for(member, way);
  // Asked after them, because these functions may have ended its membership, and no push follows that (CP12).
  if (!channel.has(member.process)) return false;
  const isSent = encoded !== undefined && member.send(encoded, seconds);
  if (history !== undefined && way !== undefined) {
    notePassed(way, isSent);
    tellPosition(history, member, way, toEach.encoded.place);
  }
  return isSent;
}

/** The connection that a process in a channel is; `undefined` for any other process. */
export const memberOf = (process: Process): Member | undefined =>
  lineOf(process)?.holder as Member | undefined;
