import type { EventPayload } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import type { Answer, Room } from '../table/room.js';
import type { Checked } from './checkEvent.js';
import type { Exchange } from './exchange.js';

/** Gives a client's message to the process of its channel, and waits for the answer, if it is a request (B20, B23). */
export function toRoom(
  broker: Broker,
  room: Room,
  exchange: Exchange,
  { data, by }: Checked,
): void {
  const { frame, member, size } = exchange;
  const { type, payload } = frame;
  const isEvent = type === 'event';
  exchange.begin();
  const forget = room.take(member, {
    type: isEvent || type === 'text' ? type : 'json',
    event: isEvent ? (payload as EventPayload).event : undefined,
    data: isEvent ? data : payload,
    checkedBy: by,
    size: Math.ceil(size),
    answer: answerTo(exchange),
  });
  expire(broker, exchange, forget);
}

const answerTo = (exchange: Exchange): Answer => ({
  isAwaited: exchange.id !== undefined,
  done: (payload) => void exchange.done({ type: 'json', payload: payload ?? null }),
  fail: (...why) => void exchange.fail(...why),
  refuse: (...why) => void exchange.refuse(...why),
});

/** A request that has no answer yet gets one when its time is over (CP9); `forget` is called when none is waited for. */
export function expire(broker: Broker, exchange: Exchange, forget = (): void => {}): void {
  if (exchange.id === undefined || exchange.isOver || !exchange.isHeard) return;
  const timer = broker.kernel.after(broker.limits.requestTimeout, () => {
    exchange.fail('timeout', 'The handler has not answered in time');
  });
  const end = (): void => {
    timer.unsubscribe();
    stay();
    forget();
  };
  const stay = exchange.onUnheard(end);
  exchange.onOver = end;
}
