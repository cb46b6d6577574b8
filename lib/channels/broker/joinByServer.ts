import type { Member } from '../members/member.js';
import type { Broker } from './broker.js';
import { enter } from './enter.js';
import { joined } from './join.js';
import type { Replay } from './replay.js';

/**
 * The server itself makes a member of a connection (B31): no hook is asked, and a client of v1 is told. What fails of its
 * presence is told, and it is not present.
 */
export function joinByServer(broker: Broker, name: string, member: Member): void {
  const { fellows } = broker;
  if (fellows === undefined || fellows.isReady(name)) return joinNow(broker, name, member);
  fellows.ready(name, (isReady) => {
    if (!isReady) broker.warn('channels', `${name} has no home, so the server joins nobody to it`);
    else if (broker.has(member) && broker.channels.find(name)?.has(member.process) !== true) {
      joinNow(broker, name, member);
    }
  });
}

function joinNow(broker: Broker, name: string, member: Member): void {
  const { connection } = member;
  const request = { channel: name, connection, params: undefined, meta: undefined };
  const say = (replay: Replay | undefined) => (): void => {
    if (member.isV1) member.tell(name, 'rx:subscribed', { ...replay?.opening });
  };
  try {
    enter(broker, member, request, { joining: {}, isByClient: false }, say);
  } catch (error) {
    broker.report(`the presence of ${name}`, error);
    enter(broker, member, request, { joining: { present: false }, isByClient: false }, say);
  }
  joined(broker, name, member);
}
