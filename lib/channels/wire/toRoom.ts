import type { EventPayload } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import type { Answer, Room } from '../table/room.js';
import type { Exchange } from './exchange.js';

/** Gives a client's message to the process of its channel (B20, B23). */
export function toRoom(room: Room, exchange: Exchange, data: unknown): void {
  const { frame, member } = exchange;
  const answer = exchange.id === undefined ? undefined : answerTo(exchange);
  if (frame.type === 'event') {
    room.event(member, (frame.payload as EventPayload).event, data, answer);
  } else room.message(member, frame.type === 'text' ? 'text' : 'json', frame.payload, answer);
}

const answerTo = (exchange: Exchange): Answer => ({
  done: (payload) => void exchange.done({ type: 'json', payload: payload ?? null }),
  fail: (code, message = code, options) => void exchange.fail(code, message, options),
});

/** A request that has no answer yet gets one when its time is over (CP9). */
export function expire(broker: Broker, exchange: Exchange): void {
  if (exchange.id === undefined || exchange.isOver || !exchange.member.isHere) return;
  const conversation = broker.conversationOf(exchange.member);
  const timer = broker.kernel.after(broker.limits.requestTimeout, () => {
    forget();
    exchange.fail('timeout', 'The handler has not answered in time');
  });
  const forget = conversation.onEnd(() => timer.unsubscribe());
  exchange.onOver = () => {
    timer.unsubscribe();
    forget();
  };
}
