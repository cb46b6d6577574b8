import type { Member } from '../members/member.js';
import type { Channel } from '../table/channel.js';
import type { Broker } from './broker.js';

/** The members of a channel that are connections, in the order of their joining, as a copy. */
export const membersOf = ({ members }: Broker, { group }: Channel): Member[] =>
  [...group.members.keys()].flatMap(({ pid }) => members.get(pid) ?? []);
