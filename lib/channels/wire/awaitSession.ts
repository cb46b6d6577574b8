import type { Broker } from '../broker/broker.js';
import type { Fetched } from '../broker/clientsElsewhere.js';
import type { Member } from '../members/member.js';

/**
 * Asks other nodes for the session of a client. What that sends meanwhile waits, in order, as it may be for the session
 * (B16); nothing is answered where it goes before.
 */
export function awaitSession(
  broker: Broker,
  member: Member,
  secret: string,
  n: number,
  answer: (answer: Fetched) => void,
): void {
  // Of the server's own, so that there is room for it.
  broker.conversationOf(member).run(ALL, 0, (done) => {
    member.isResuming = true;
    const end = (answered: Fetched): void => {
      if (!member.isHere) return;
      member.isResuming = false;
      answer(answered);
      done();
    };
    if (broker.fellows?.clients.sessions.fetch(secret, n, member, end) !== true) end('unknown');
  });
}

/** Does something behind that; `false`: too much waits already. */
export const behindSession = (
  broker: Broker,
  member: Member,
  size: number,
  task: () => void,
): boolean =>
  broker.conversationOf(member).run(ALL, size, (done) => {
    task();
    done();
  });

/** The lane of all that a client sends, whatever the channel: no channel has this name. */
const ALL = '';
