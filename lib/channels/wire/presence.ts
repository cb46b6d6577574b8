import type { Broker } from '../broker/broker.js';
import { presenceOf } from '../broker/presenceOf.js';
import { metaOf } from '../presence/appearance.js';
import type { Exchange } from './exchange.js';
import { isJsonWithin } from './isJsonWithin.js';
import { joinRequest } from './joinRequest.js';
import type { SubscribeFields } from './subscribeProblem.js';
import { notAvailable, wrong } from './wrong.js';

/** The command `presence`: tells a member who is present, and has it watch that, or not any more (PR6, PR11). */
export const presence = atOnce(tell);

/** The command `presence_update`: another meta, as the channel's `presence.meta` makes it of what the client says (PR3). */
export const presenceUpdate = atOnce(update);

function tell(broker: Broker, exchange: Exchange, { channel: name, watch }: SubscribeFields): void {
  const { id, member } = exchange;
  if (watch !== undefined && typeof watch !== 'boolean') {
    return wrong(broker, exchange, 'watch: expected true or false');
  }
  const channel = broker.channels.find(name);
  if (!channel?.has(member.process)) {
    exchange.fail('not_subscribed', `Not subscribed to channel: ${name}`);
    return;
  }
  const found = presenceOf(broker, name);
  if (found === undefined) return notAvailable(exchange, `No presence in channel: ${name}`);
  found.watch(member, watch);
  exchange.done({ type: 'system', payload: `Presence in channel: ${name}` }, found.state);
  // Without an id the reply has no place for it.
  if (id === undefined) found.tell(member);
}

function update(
  broker: Broker,
  exchange: Exchange,
  { channel: name, meta }: SubscribeFields,
): void {
  const { limits } = broker;
  const { connection } = exchange.member;
  if (meta === undefined) return wrong(broker, exchange, 'meta: expected a value');
  const channel = broker.channels.find(name);
  const ref = channel?.presence?.attendance.refOf(exchange.member);
  if (channel === undefined || ref === undefined) {
    exchange.fail('not_present', `Not present in channel: ${name}`);
    return;
  }
  if (!isJsonWithin(meta, limits.meta)) {
    const message = `more than ${limits.meta} bytes of JSON`;
    exchange.fail('invalid_data', `meta: ${message}`, { details: [{ path: 'meta', message }] });
    return;
  }
  const options = broker.definitionOf(name)?.options.presence;
  if (typeof options !== 'object' || options.meta === undefined) {
    return notAvailable(exchange, `No meta of clients in channel: ${name}; give it presence.meta`);
  }
  const params = channel.params?.get(exchange.member);
  const request = joinRequest(connection, { channel: name, params, meta });
  const shown = metaOf(name, options.meta(request), limits.meta);
  channel.presence?.update(exchange.member, shown);
  const text = `Presence updated in channel: ${name}`;
  exchange.done({ type: 'system', payload: text }, JSON.stringify({ ref }));
}

/** A command whose answer is there at once, so that it holds up nothing behind it (B16). */
function atOnce(perform: (broker: Broker, exchange: Exchange, fields: SubscribeFields) => void) {
  return (broker: Broker, exchange: Exchange, fields: SubscribeFields, done: () => void): void => {
    perform(broker, exchange, fields);
    done();
  };
}
