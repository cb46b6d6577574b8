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
  return (appeared) => {
    if (appeared === undefined) return merged(head, tail);
    const { found, present } = appeared;
    const list = watch === true ? `{"presence":${found.state}}` : '{}';
    return merged(head, JSON.stringify({ present }), list, tail);
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

/** One object with the fields of several. */
function merged(...objects: readonly string[]): string {
  const fields = objects.map((text) => text.slice(1, -1)).filter((text) => text !== '');
  return `{${fields.join()}}`;
}
