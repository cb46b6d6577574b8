import type { EventPayload } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import { isChannelName } from '../definitions/channelName.js';
import { ClientMessage } from '../members/clientMessage.js';
import type { Channel } from '../table/channel.js';
import { type Checked, checkEvent } from './checkEvent.js';
import type { Exchange } from './exchange.js';
import { inLane } from './inLane.js';
import { expire, toRoom } from './toRoom.js';
import { wrong } from './wrong.js';

/** Gives an application's message to whom it is for: the process of its channel, else the streams (B7, B20). */
export function deliver(broker: Broker, exchange: Exchange): void {
  const { frame, member } = exchange;
  const { channel: name } = frame;
  if (frame.type === 'event' && !isEvent(frame.payload)) {
    return wrong(broker, exchange, 'payload: expected { event, data }');
  }
  if (name === undefined) {
    const { data } = Object(frame.payload) as Partial<EventPayload>;
    return offer(broker, exchange, undefined, { data, by: undefined });
  }
  if (!isChannelName(name)) {
    return wrong(broker, exchange, 'channel: expected a text of 1 to 255 characters');
  }
  // Behind the commands of this channel that wait, but not behind answers to other messages (B16).
  if (member.conversation === undefined) return inChannel(broker, exchange, name);
  inLane(broker, exchange, name, (done) => {
    inChannel(broker, exchange, name);
    done();
  });
}

function inChannel(broker: Broker, exchange: Exchange, name: string): void {
  const { frame, member } = exchange;
  const channel = broker.channels.find(name);
  if (channel === undefined || !channel.has(member.process)) {
    const text = `Not subscribed to channel: ${name}`;
    exchange.fail('not_subscribed', text);
    return;
  }
  const checked = frame.type === 'event' ? checkEvent(broker, exchange, name) : CHECKED;
  if (checked === undefined) return;
  if (channel.room === undefined) return offer(broker, exchange, channel, checked);
  toRoom(broker, channel.room, exchange, checked);
}

const CHECKED: Checked = { data: undefined, by: undefined };

/** Gives a message to the streams, for a subscriber to answer it (B20). */
function offer(
  broker: Broker,
  exchange: Exchange,
  channel: Channel | undefined,
  { data, by }: Checked,
): void {
  const { frame, member, raw } = exchange;
  const { type, metadata, timestamp = broker.timestamp } = frame;
  const payload = type === 'event' ? { ...(frame.payload as EventPayload), data } : frame.payload;
  const message = { type, payload, timestamp, ...(metadata !== undefined && { metadata }) };
  exchange.begin();
  const given = new ClientMessage(member.connection, channel?.name, message, raw, exchange, by);
  const isTaken = broker.streams.offer(given, channel);
  if (isTaken) expire(broker, exchange);
  else if (exchange.id !== undefined) {
    exchange.fail('not_available', 'Nobody takes such messages here');
  }
}

function isEvent(payload: unknown): payload is EventPayload {
  if (typeof payload !== 'object' || payload === null) return false;
  const { event } = payload as Partial<EventPayload>;
  return typeof event === 'string' && event !== '';
}
