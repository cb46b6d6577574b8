import type { Granted } from '../definitions/joining.js';
import type { Member } from '../members/member.js';
import type { Channel, Way } from '../table/channel.js';
import type { Broker } from './broker.js';
import { expel } from './expel.js';

/**
 * How clients come into channels and out of them, with all who are told: `join` is the membership alone, so that a
 * reply can go before what follows from it (B17).
 */
export function join(
  broker: Broker,
  name: string,
  member: Member,
  joining: Granted,
  isByClient: boolean,
  params?: unknown,
): boolean {
  const { channels } = broker;
  const known = channels.find(name);
  if (known !== undefined) broker.gatherings.flush(known);
  broker.laggards.forget(member, name);
  const channel = known ?? (isByClient ? openFor(broker, name) : channels.open(name));
  const way = wayOf(broker, channel, member, joining);
  return channels.enter(channel, member, way, paramsFor(broker, name, params));
}

/** Makes a channel for a client, in the place of one that nobody needs where there are too many (§2.5). */
function openFor({ channels, limits }: Broker, name: string): Channel {
  const { idle } = channels;
  if (idle !== undefined && channels.ofClients >= limits.clientChannels) channels.delete(idle);
  const channel = channels.open(name);
  channel.isOfClients = true;
  channels.ofClients++;
  return channel;
}

/** What a client has sent is kept only for a function that may be asked again (B32, PR3). */
function paramsFor(broker: Broker, name: string, params: unknown): unknown {
  const { join, presence } = broker.definitionOf(name)?.options ?? {};
  const isAskedAgain = join !== undefined || (presence !== undefined && presence !== true);
  return isAskedAgain ? params : undefined;
}

/** Tells who is to know that a client has become a member. */
export function joined(broker: Broker, name: string, member: Member, params?: unknown): void {
  const channel = broker.channels.find(name);
  // Whoever heard of it first may have ended it already.
  if (!channel?.has(member.process)) return;
  broker.channels.tell(channel, 'joined', member);
  channel.room ??= broker.rooms.open(name);
  channel.room?.joined(member, params);
}

/** `undefined` for who gets everything, for as long as it likes: that costs no object (B35). */
function wayOf(
  broker: Broker,
  channel: Channel,
  member: Member,
  { filter, transform, expiresIn, byProcess }: Granted,
): Way | undefined {
  if (filter === undefined && transform === undefined && expiresIn === undefined) return undefined;
  if (expiresIn === undefined) return { filter, transform, byProcess, passed: 0 };
  const millis = broker.millis(expiresIn);
  const start = () =>
    broker.kernel.after(millis, () => expel(broker, channel, member, { code: 'expired' }));
  let clock = start();
  const stop = (): void => clock.unsubscribe();
  const renew = (): void => {
    stop();
    clock = start();
  };
  return { filter, transform, byProcess, stop, renew, passed: 0 };
}
