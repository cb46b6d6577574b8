import type { EventPayload } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import { isChannelName } from '../definitions/channelName.js';
import { ClientMessage } from '../members/clientMessage.js';
import { check } from '../messages/schema.js';
import type { Channel } from '../table/channel.js';
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
    return offer(broker, exchange, undefined, (frame.payload as Partial<EventPayload>)?.data);
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
  if (channel.room === undefined) return offer(broker, exchange, channel, checked.data);
  toRoom(channel.room, exchange, checked.data);
  expire(broker, exchange);
}

const CHECKED = { data: undefined };
/** Characters of a client's name that an answer repeats. */
const MAX_SHOWN = 64;

/** The data of an event as its schema makes it; `undefined`: it was refused, and the client was told why. */
function checkEvent(
  broker: Broker,
  exchange: Exchange,
  name: string,
): { data: unknown } | undefined {
  const { event, data } = exchange.frame.payload as EventPayload;
  const events = broker.definitionOf(name)?.options.events;
  if (events === undefined) return { data };
  const type = events.find((each) => each.name === event);
  if (type === undefined) {
    exchange.fail('unknown_event', `Unknown event: ${event.slice(0, MAX_SHOWN)}`);
    return undefined;
  }
  try {
    const checked = check(type.data, data);
    if ('value' in checked) return { data: checked.value };
    const [first] = checked.issues;
    const where = first?.path ? `${first.path}: ` : '';
    const text = `Invalid data of ${event.slice(0, MAX_SHOWN)}: ${where}${first?.message}`;
    exchange.fail('invalid_data', text, { details: checked.issues });
  } catch (error) {
    broker.report(`the schema of ${event}`, error);
    exchange.fail('internal', 'Internal error');
  }
  return undefined;
}

/** Gives a message to the streams, for a subscriber to answer it (B20). */
function offer(
  broker: Broker,
  exchange: Exchange,
  channel: Channel | undefined,
  data: unknown,
): void {
  const { frame, member, raw } = exchange;
  const { type, metadata, timestamp = broker.timestamp } = frame;
  const payload = type === 'event' ? { ...(frame.payload as EventPayload), data } : frame.payload;
  const message = { type, payload, timestamp, ...(metadata !== undefined && { metadata }) };
  const given = new ClientMessage(member.connection, channel?.name, message, raw, exchange);
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
