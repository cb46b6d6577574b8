import type { Appeared } from '../broker/appear.js';
import type { Broker } from '../broker/broker.js';
import type { Replay } from '../broker/replay.js';
import type { Granted } from '../definitions/joining.js';
import type { Exchange } from './exchange.js';
import type { SubscribeFields } from './subscribeProblem.js';

/**
 * Prepares the result of a subscribe, before anything is changed, since a state may have no JSON. Gives what completes it in
 * the turn of the membership, by who is present then: as JSON, fields in the order of the wire (CP13).
 */
export function subscribeResult(
  broker: Broker,
  { channel, since, rewind, watch }: SubscribeFields,
  { state, expiresIn }: Granted,
  replay: Replay | undefined,
): (appeared: Appeared | undefined) => string {
  const isLost = replay === undefined && (since ?? rewind) !== undefined;
  const head = JSON.stringify({
    channel,
    ...(isLost && { recovered: false, reason: 'no_history' }),
    ...replay?.fields,
  });
  const tail = JSON.stringify({
    ...(state !== undefined && { state }),
    ...(expiresIn !== undefined && { expires_in: broker.millis(expiresIn) }),
  });
  // The list may be long: it is joined, and not copied.
  const end = tail === '{}' ? '}' : `,${tail.slice(1)}`;
  return (appeared) => {
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
