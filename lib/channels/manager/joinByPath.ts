import { cutReason, mayRetry } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import { closeMember } from '../broker/closeMember.js';
import { enter, joined, type Replay } from '../broker/join.js';
import type { Member } from '../members/member.js';
import type { Expected } from '../members/newcomer.js';
import { isRefusal, type Refusal, refusal } from '../wire/admit.js';
import { askProcess, asksProcess } from '../wire/admitByProcess.js';
import { joinRequest } from '../wire/joinRequest.js';
import { sayEntered, wishOf } from './sayEntered.js';

/**
 * Joins a client to the channel of its path, which the `join` hook has let in before its 101, and then welcomes it (B4).
 * With `admit: 'behavior'` it is welcomed first, as at `/ws`, because the process cannot be asked before there is a
 * connection (B24): then it hears that it is in, or is closed, because it has come for this channel.
 */
export function joinByPath(
  broker: Broker,
  member: Member,
  { name, joining }: Path,
  welcome: Welcome,
): void {
  if (!asksProcess(broker, name)) {
    const entrance = { joining, wish: wishOf(member) };
    const isNew = enter(broker, name, member, entrance, (replay) => () => welcome(name, replay));
    // A filter of it may have closed it.
    if (isNew !== undefined) broker.tell('joined', member);
    if (isNew) joined(broker, name, member);
    return;
  }
  welcome();
  broker.tell('joined', member);
  const { connection } = member;
  const request = joinRequest(connection, { channel: name, ...wishOf(member) });
  const conversation = broker.conversationOf(member);
  // What it sends to the channel meanwhile waits (B16).
  conversation.run(name, 0, (done) => {
    conversation.during((over) =>
      askProcess(broker, request, joining, (answer) => {
        over();
        try {
          if (isRefusal(answer)) close(broker, member, answer);
          else admit(broker, member, name, answer);
        } catch (error) {
          broker.report(`the join of the path to ${name}`, error);
          close(broker, member, refusal('internal', 'Internal error'));
        }
        done();
      }),
    );
  });
}

/** Sends the first frame, which names a channel that the client is in. */
export type Welcome = (channel?: string, replay?: Replay) => void;

/** The channel of a path, and how a client may join it. */
type Path = NonNullable<Expected['channel']>;

function admit(broker: Broker, member: Member, name: string, joining: Path['joining']): void {
  const entrance = { joining, wish: wishOf(member) };
  const isNew = enter(broker, name, member, entrance, (replay) =>
    sayEntered(broker, member, name, replay, joining.state),
  );
  if (isNew) joined(broker, name, member);
}

/** As a join by command is refused, by a code that says whether it may come back (B24, Z6). */
function close(broker: Broker, member: Member, { refused, message, retry }: Refusal): void {
  const isLater = retry ?? mayRetry(refused);
  closeMember(broker, member, isLater ? 1013 : 4403, cutReason(message));
}
