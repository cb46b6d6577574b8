import { cutReason, mayRetry } from '../../protocol/index.js';
import { appear } from '../broker/appear.js';
import type { Broker } from '../broker/broker.js';
import { closeMember } from '../broker/closeMember.js';
import { join, joined } from '../broker/join.js';
import type { Member } from '../members/member.js';
import type { Expected } from '../members/newcomer.js';
import { eventText, systemText } from '../messages/replyText.js';
import { isRefusal, type Refusal, refusal } from '../wire/admit.js';
import { askProcess, asksProcess } from '../wire/admitByProcess.js';

/**
 * Joins a client to the channel of its path, which the `join` hook has let in before its 101, and then welcomes it (B4).
 * With `admit: 'behavior'` it is welcomed first, as at `/ws`, because the process cannot be asked before there is a
 * connection (B24): then it hears that it is in, or is closed, because it has come for this channel.
 */
export function joinByPath(
  broker: Broker,
  member: Member,
  { name, joining }: Path,
  welcome: (channel: string | undefined) => void,
): void {
  const request = requestOf(member, name);
  if (!asksProcess(broker, name)) return enter(broker, member, request, joining, welcome);
  welcome(undefined);
  const conversation = broker.conversationOf(member);
  // What it sends to the channel meanwhile waits (B16).
  conversation.run(name, 0, (done) => {
    conversation.during((over) =>
      askProcess(broker, request, joining, (answer) => {
        over();
        try {
          if (isRefusal(answer)) close(broker, member, answer);
          else enterAndTell(broker, member, request, answer);
        } catch (error) {
          fail(broker, member, name, error);
        }
        done();
      }),
    );
  });
}

/** The channel of a path, and how a client may join it. */
type Path = NonNullable<Expected['channel']>;

/** What a path asks: it says nothing else of its client. */
const requestOf = ({ connection }: Member, channel: string) => ({
  ...{ channel, connection },
  ...{ params: undefined, meta: undefined },
});

type Request = ReturnType<typeof requestOf>;

/** Whom the hook has let in is welcomed in its channel; who fails to appear there is welcomed and closed. */
function enter(
  broker: Broker,
  member: Member,
  request: Request,
  joining: Path['joining'],
  welcome: (channel: string | undefined) => void,
): void {
  const { channel: name } = request;
  let appears: () => unknown;
  try {
    appears = appear(broker, member, request, joining);
  } catch (error) {
    welcome(undefined);
    return fail(broker, member, name, error);
  }
  const isNew = join(broker, name, member, joining, true);
  appears();
  welcome(name);
  if (isNew) joined(broker, name, member);
}

/** The same of whom the process has let in, and who was welcomed before. */
function enterAndTell(
  broker: Broker,
  member: Member,
  request: Request,
  joining: Path['joining'],
): void {
  const { channel: name } = request;
  const { timestamp } = broker;
  // First: what fails, a state that has no JSON say, changes nothing.
  const appears = appear(broker, member, request, joining);
  const text = member.isV1
    ? eventText(name, 'rx:subscribed', { state: joining.state }, timestamp)
    : systemText(`Connected to channel: ${name}`, timestamp);
  const isNew = join(broker, name, member, joining, true);
  appears();
  member.write(text);
  if (isNew) joined(broker, name, member);
}

function fail(broker: Broker, member: Member, name: string, error: unknown): void {
  broker.report(`the join of the path to ${name}`, error);
  close(broker, member, refusal('internal', 'Internal error'));
}

/** As a join by command is refused, by a code that says whether it may come back (B24, Z6). */
function close(broker: Broker, member: Member, { refused, message, retry }: Refusal): void {
  const isLater = retry ?? mayRetry(refused);
  closeMember(broker, member, isLater ? 1013 : 4403, cutReason(message));
}
