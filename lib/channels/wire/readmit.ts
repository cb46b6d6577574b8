import type { Broker } from '../broker/broker.js';
import { join } from '../broker/join.js';
import type { Member } from '../members/member.js';
import type { Channel } from '../table/channel.js';
import { type Answer, admit, isDecided, isRefusal } from './admit.js';
import { dismiss } from './dismiss.js';

/**
 * Asks the `join` hook again about who is a member already, with the params of its join, and perhaps a new token
 * (B32). The membership goes on as the hook says now, or ends; a hook that fails or is late changes nothing.
 */
export function readmit(
  broker: Broker,
  channel: Channel,
  member: Member,
  token: string | undefined,
  done: (answer: Answer) => void,
): () => void {
  const { connection } = member;
  const { name } = channel;
  if (broker.definitionOf(name)?.options.join === undefined) {
    // There is nobody to ask: whoever was let in by the process, or by the server, stays.
    done({});
    return () => {};
  }
  const params = channel.params?.get(member);
  const request = { channel: name, connection, params, meta: undefined };
  return admit(broker, token === undefined ? request : { ...request, token }, (answer) => {
    // Deleted meanwhile, or unsubscribed by the server.
    if (channel.has(member.process)) {
      if (!isRefusal(answer)) {
        const { byProcess } = channel.ways?.get(member) ?? {};
        join(broker, name, member, { ...answer, ...byProcess, byProcess }, true, params);
      } else if (isDecided(answer)) dismiss(broker, name, member);
    }
    done(answer);
  });
}
