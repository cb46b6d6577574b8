import { mayRetry } from '../../protocol/index.js';
import type { Member } from '../members/member.js';
import { wireError } from '../messages/replyText.js';
import type { Channel } from '../table/channel.js';
import type { Broker } from './broker.js';
import { left } from './leave.js';

/**
 * The server ends a membership, and a client of v1 is told why (B28), before anybody else, who may have it join again
 * (CP12); `false` if there is none.
 */
export function expel(broker: Broker, channel: Channel, member: Member, why: Expulsion): boolean {
  broker.gatherings.flush(channel);
  if (!broker.channels.exit(channel, member, comesBack(why))) return false;
  tellExpelled(channel, member, why);
  left(broker, channel, member, why.code);
  return true;
}

/** Whether its presence lingers, because it is told to ask again; whom somebody has removed is out at once (PR7). */
const comesBack = ({ code, retry = mayRetry(code) }: Expulsion): boolean =>
  retry && code !== 'kicked';

/** Tells a client of v1 of a membership that the server has ended. */
export function tellExpelled(
  channel: Channel,
  member: Member,
  { code, message = TEXTS[code] ?? code, retry }: Expulsion,
): void {
  if (!member.isV1) return;
  const { retry: may } = wireError(code, message, { retry });
  member.tell(channel.name, 'rx:unsubscribed', { code, message, retry: may });
}

/** Why the server ends a membership. */
export interface Expulsion {
  readonly code: string;
  readonly message?: string | undefined;
  /** Whether the client may ask again; default: as the code says. */
  readonly retry?: boolean | undefined;
}

const TEXTS: Readonly<Record<string, string>> = {
  expired: 'The subscription has expired',
  denied: 'Not authorized any more',
  kicked: 'Removed from the channel',
  crashed: 'The channel has crashed',
  closed: 'The channel has ended',
  deleted: 'The channel was deleted',
};
