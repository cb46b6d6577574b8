import type { Message, Pid } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import { expelFrom } from '../broker/everyone.js';
import { sendTo } from '../broker/sendTo.js';
import type { ChannelCommand } from '../definitions/channelCommand.js';
import { Encoded } from '../messages/encoded.js';
import { WebSocketMessage } from '../messages/webSocketMessage.js';
import type { Join } from './joins.js';
import type { Requests } from './requests.js';
import type { RoomProcess } from './roomProcess.js';

/**
 * Performs a command of a channel's process (B23); `false` if it is none. What is sent is made text at once, so that it
 * is what it was; it leaves behind all that the process has sent before.
 *
 * @throws ProcessError `Invalid` for a message that has no JSON.
 */
export function obey(room: Obeying, process: RoomProcess, command: ChannelCommand): boolean {
  const { broker, name } = room;
  switch (command.type) {
    case 'emit': {
      const { onlyTo, exclude, record, key, answers } = command;
      const message = WebSocketMessage.from(command.message, broker.timestamp);
      room.later(process, () => {
        const only = onlyTo && new Set(onlyTo);
        const excluded = exclude && new Set(exclude);
        const done = answers && ((offset?: number) => room.requests.done(answers, { offset }));
        sendTo(broker, name, message, { only, excluded, record, key, done });
      });
      return true;
    }
    case 'push': {
      const message = WebSocketMessage.from(command.message, broker.timestamp);
      room.later(process, () => push(room, process, command.to, message));
      return true;
    }
    case 'accept':
      room.later(process, () => {
        const join = room.takeJoin(command.message);
        if (join !== undefined) join.answer.accept(command.joining);
        else stray(room, process, command.message);
      });
      return true;
    case 'refuse':
      room.later(process, () => refuse(room, process, command));
      return true;
    case 'kick':
      room.later(process, () => kick(room, command));
      return true;
    default:
      return false;
  }
}

/** A channel as the commands of its process see it. */
export interface Obeying {
  readonly broker: Broker;
  readonly name: string;
  readonly requests: Requests;
  /** What a message asks, if it is a join that waits for its answer. */
  takeJoin(message: Message): Join | undefined;
  later(process: RoomProcess, run: () => void): void;
}

function push(
  { broker, name }: Obeying,
  process: RoomProcess,
  to: Pid,
  message: WebSocketMessage,
): void {
  const channel = broker.channels.find(name);
  const member = broker.members.get(to);
  const isFar = member === undefined && broker.fellows?.people.push(name, to, message.encode());
  if (isFar === true) return;
  // None follows the end of its membership (CP12).
  if (channel === undefined || member === undefined || !channel.has(member.process)) {
    return broker.kernel.events.deadLetter(to, `push to a member of ${name}`, process.pid);
  }
  broker.gatherings.flush(channel);
  if (member.send(new Encoded(message, name), broker.seconds)) broker.sent(1);
}

function refuse(room: Obeying, process: RoomProcess, command: Refusal): void {
  const { message, code, text } = command;
  const join = room.takeJoin(message);
  if (join !== undefined) return join.answer.refuse(code ?? 'denied', text);
  const failure = code ?? 'failed';
  if (!room.requests.fail(message, failure, text ?? failure)) stray(room, process, message);
}

function kick({ broker, name }: Obeying, { pid, reason: message, retry }: Kick): void {
  expelFrom(broker, name, pid, { code: 'kicked', message, retry });
}

type Refusal = Extract<ChannelCommand, { type: 'refuse' }>;
type Kick = Extract<ChannelCommand, { type: 'kick' }>;

/** An answer that nobody waits for any more, or ever has. */
const stray = ({ broker }: Obeying, { pid }: RoomProcess, { topic }: Message): void =>
  broker.kernel.events.strayReply(pid, topic);
