import type { Pid } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import { expel } from '../broker/expel.js';
import { Encoded } from '../messages/encoded.js';
import { Exchange } from '../wire/exchange.js';
import { type Part, taking } from './fellowProcess.js';
import { type Expel, frames, type RefusedThere } from './frames.js';
import type { HomeRooms } from './homeRooms.js';

/** What the homes of channels say to this node about its own people: answers, what is pushed to one, and who is out. */
export const awayPart = (broker: Broker, rooms: HomeRooms): Part => ({
  takes: [
    taking(frames.answer, (answer, from) => {
      const away = rooms.findAway(answer[0]);
      if (away === undefined) broker.stray(frames.answer);
      else away.answered(answer, from);
    }),
    taking(frames.refused, (refused) => refuse(broker, refused)),
    taking(frames.push, ([name, pid, text]) => push(broker, name, pid, text)),
    taking(frames.expel, (expulsion) => end(broker, expulsion)),
  ],
});

/** Of what was said without an id (CP10). */
function refuse(broker: Broker, [name, pid, [code, text = code, options]]: RefusedThere): void {
  const member = broker.members.get(pid);
  if (member === undefined) return broker.stray(name);
  const frame = { type: 'event', payload: undefined } as const;
  new Exchange(member, frame, '', 1).fail(code, text, JSON.parse(options));
}

function push(broker: Broker, name: string, pid: Pid, text: string): void {
  const channel = broker.channels.find(name);
  const member = broker.members.get(pid);
  if (channel === undefined || member === undefined || !channel.has(member.process)) {
    return broker.kernel.events.deadLetter(pid, `push to a member of ${name}`, broker.pid);
  }
  broker.gatherings.flush(channel);
  if (member.send(Encoded.crossed(text, name), broker.seconds)) broker.sent(1);
}

function end(broker: Broker, [name, pid, code, message, retry]: Expel): void {
  const channel = broker.channels.find(name);
  const member = broker.members.get(pid);
  if (channel !== undefined && member !== undefined) {
    expel(broker, channel, member, { code, message, retry });
  }
}
