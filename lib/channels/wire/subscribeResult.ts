import { appear, type Wishes } from '../broker/appear.js';
import type { Broker } from '../broker/broker.js';
import type { Granted } from '../definitions/joining.js';
import type { Exchange } from './exchange.js';
import { joinRequest } from './joinRequest.js';
import type { SubscribeFields } from './subscribeProblem.js';

/**
 * Prepares the result of a subscribe, before anything is changed, since a state may have no JSON and a function of the
 * application may throw. Gives what completes it in the turn of the membership, by having the member be present: as JSON,
 * fields in the order of the wire (CP13).
 */
export function subscribeResult(
  broker: Broker,
  { member }: Exchange,
  fields: SubscribeFields,
  answer: Granted,
): () => string {
  const { channel, since, watch } = fields;
  const { state, expiresIn } = answer;
  const head = JSON.stringify({
    channel,
    ...(since !== undefined && { recovered: false, reason: 'no_history' }),
  });
  const tail = JSON.stringify({
    ...(state !== undefined && { state }),
    ...(expiresIn !== undefined && { expires_in: broker.millis(expiresIn) }),
  });
  const request = joinRequest(member.connection, fields);
  const appears = appear(broker, member, request, answer, fields as Wishes);
  // The list may be long: it is joined, and not copied.
  const end = tail === '{}' ? '}' : `,${tail.slice(1)}`;
  return () => {
    const appeared = appears();
    if (appeared === undefined) return head.slice(0, -1) + end;
    const { found, present } = appeared;
    const list = watch === true ? `,"presence":${found.state}` : '';
    return `${head.slice(0, -1)},"present":${JSON.stringify(present)}${list}${end}`;
  };
}

/** Tells who has begun to watch, and asked without an id, so that there was no result, who is present (PR6). */
export function pushPresence(
  { channels }: Broker,
  { id, member }: Exchange,
  { channel, watch }: SubscribeFields,
): void {
  if (id === undefined && watch === true) channels.find(channel)?.presence?.tell(member);
}
