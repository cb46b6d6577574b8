import { cutReason, mayRetry } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import { closeMember } from '../broker/closeMember.js';
import { join, joined } from '../broker/join.js';
import type { Member } from '../members/member.js';
import type { Expected } from '../members/newcomer.js';
import { eventText } from '../messages/replyText.js';
import { encodeMessage } from '../messages/webSocketMessage.js';
import { isRefusal, type Refusal, refusal } from '../wire/admit.js';
import { askProcess, asksProcess } from '../wire/admitByProcess.js';
import { catchUp } from './catchUp.js';

/**
 * Joins a client to the channel of its path, which the `join` hook has let in before its 101, and then welcomes it (B4).
 * With `admit: 'behavior'` it is welcomed first, as at `/ws`, because the process cannot be asked before there is a
 * connection (B24): then it hears that it is in, or is closed, because it has come for this channel.
 */
export function joinByPath(
  broker: Broker,
  member: Member,
  { channel, lastId }: Wanted,
  welcome: (channel: string | undefined) => void,
): void {
  const { name, joining } = channel;
  if (!asksProcess(broker, name)) {
    const isNew = join(broker, name, member, joining, true);
    welcome(name);
    catchUp(member, lastId);
    if (isNew) joined(broker, name, member);
    return;
  }
  welcome(undefined);
  const { connection } = member;
  const request = { channel: name, connection, params: undefined, meta: undefined };
  const conversation = broker.conversationOf(member);
  // What it sends to the channel meanwhile waits (B16).
  conversation.run(name, 0, (done) => {
    conversation.during((over) =>
      askProcess(broker, request, joining, (answer) => {
        over();
        try {
          if (isRefusal(answer)) close(broker, member, answer);
          else enter(broker, member, { channel: { name, joining: answer }, lastId });
        } catch (error) {
          broker.report(`the join of the path to ${name}`, error);
          close(broker, member, refusal('internal', 'Internal error'));
        }
        done();
      }),
    );
  });
}

/** The channel of a path, how a client may join it, and where it was there before. */
interface Wanted extends Pick<Expected, 'lastId'> {
  readonly channel: NonNullable<Expected['channel']>;
}

function enter(broker: Broker, member: Member, { channel, lastId }: Wanted): void {
  const { name, joining } = channel;
  const { timestamp } = broker;
  const payload = `Connected to channel: ${name}`;
  // First: a state that has no JSON changes nothing.
  const text = member.isV1
    ? eventText(name, 'rx:subscribed', { state: joining.state }, timestamp)
    : encodeMessage({ type: 'system', payload, timestamp });
  const isNew = join(broker, name, member, joining, true);
  member.write(text);
  catchUp(member, lastId);
  if (isNew) joined(broker, name, member);
}

/** As a join by command is refused, by a code that says whether it may come back (B24, Z6). */
function close(broker: Broker, member: Member, { refused, message, retry }: Refusal): void {
  const isLater = retry ?? mayRetry(refused);
  closeMember(broker, member, isLater ? 1013 : 4403, cutReason(message));
}
