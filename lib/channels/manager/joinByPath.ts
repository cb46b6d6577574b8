import { cutReason, mayRetry } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import { closeMember } from '../broker/closeMember.js';
import { enter } from '../broker/enter.js';
import { joined } from '../broker/join.js';
import type { Replay } from '../broker/replay.js';
import type { JoinRequest } from '../definitions/joinHook.js';
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
  welcome: Welcome,
): void {
  const { connection } = member;
  const request = { channel: name, connection, params: undefined, meta: undefined };
  if (!asksProcess(broker, name)) return enterFirst(broker, member, request, joining, welcome);
  welcome();
  broker.tell('joined', member);
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

/** Sends the first frame, which names a channel that the client is in. */
export type Welcome = (channel?: string, replay?: Replay) => void;

/** The channel of a path, and how a client may join it. */
type Path = NonNullable<Expected['channel']>;

/** Whom the hook has let in is welcomed in its channel; who cannot come in there is welcomed and closed. */
function enterFirst(
  broker: Broker,
  member: Member,
  request: JoinRequest,
  joining: Path['joining'],
  welcome: Welcome,
): void {
  const { channel: name } = request;
  try {
    const isNew = enter(
      broker,
      member,
      request,
      { joining },
      (replay) => () => welcome(name, replay),
    );
    // A function of the application may have closed it.
    if (isNew === undefined) return;
    broker.tell('joined', member);
    joined(broker, name, member);
  } catch (error) {
    welcome();
    broker.tell('joined', member);
    fail(broker, member, name, error);
  }
}

/** The same of whom the process has let in, and who was welcomed before. */
function enterAndTell(
  broker: Broker,
  member: Member,
  request: JoinRequest,
  joining: Path['joining'],
): void {
  const { channel: name } = request;
  const { timestamp } = broker;
  const isNew = enter(broker, member, request, { joining }, (replay) => {
    const data = { ...replay?.position, state: joining.state };
    const text = member.isV1
      ? eventText(name, 'rx:subscribed', data, timestamp)
      : systemText(`Connected to channel: ${name}`, timestamp);
    return () => void member.write(text);
  });
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
