import type { Member } from '../members/member.js';
import { appear } from './appear.js';
import type { Broker } from './broker.js';
import { join, joined } from './join.js';

/**
 * The server itself makes a member of a connection (B31): no hook is asked, and a client of v1 is told. What fails of its
 * presence is told, and it is not present.
 */
export function joinByServer(broker: Broker, name: string, member: Member): void {
  const { connection } = member;
  const request = { channel: name, connection, params: undefined, meta: undefined };
  let appears: () => unknown = () => {};
  try {
    appears = appear(broker, member, request, {});
  } catch (error) {
    broker.report(`the presence of ${name}`, error);
  }
  join(broker, name, member, {}, false);
  appears();
  if (member.isV1) member.tell(name, 'rx:subscribed', {});
  joined(broker, name, member);
}
