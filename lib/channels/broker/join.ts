import type { Joining } from '../definitions/joining.js';
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
  joining: Joining,
  isByClient: boolean,
): boolean {
  const { channels } = broker;
  const known = channels.find(name);
  if (known !== undefined) broker.gatherings.flush(known);
  const channel = known ?? channels.open(name);
  if (known === undefined && isByClient) {
    channel.isOfClients = true;
    channels.ofClients++;
  }
  return channels.enter(channel, member, wayOf(broker, channel, member, joining));
}

/** Tells who is to know that a client has become a member. */
export function joined(broker: Broker, name: string, member: Member, params?: unknown): void {
  const channel = broker.channels.find(name);
  if (channel === undefined) return;
  broker.channels.tell(channel, 'joined', member);
  channel.room ??= broker.rooms?.open(name);
  channel.room?.joined(member, params);
}

/** `undefined` for who gets everything, for as long as it likes: that costs no object (B35). */
function wayOf(
  broker: Broker,
  channel: Channel,
  member: Member,
  { filter, transform, expiresIn }: Joining,
): Way | undefined {
  if (filter === undefined && transform === undefined && expiresIn === undefined) return undefined;
  if (expiresIn === undefined) return { filter, transform };
  const clock = broker.kernel.after(broker.millis(expiresIn), () =>
    expel(broker, channel, member, { code: 'expired' }),
  );
  return { filter, transform, stop: () => clock.unsubscribe() };
}
