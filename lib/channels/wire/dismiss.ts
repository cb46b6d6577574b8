import type { Broker } from '../broker/broker.js';
import { expel } from '../broker/expel.js';
import type { Member } from '../members/member.js';

/** Ends the membership of whom the `join` hook does not let in any more (CP14, B32); `false` if there is none. */
export function dismiss(broker: Broker, name: string, member: Member): boolean {
  const channel = broker.channels.find(name);
  return channel !== undefined && expel(broker, channel, member, { code: 'denied', retry: false });
}
