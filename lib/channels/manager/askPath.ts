import type { Expected, Newcomer } from '../members/newcomer.js';
import { readEventId } from '../messages/eventId.js';
import { admit, isDecided, isRefusal } from '../wire/admit.js';
import type { Declined } from '../wire/askConnect.js';
import { excess } from '../wire/excess.js';
import { joinRequest } from '../wire/joinRequest.js';
import type { Arrivals } from './arrivals.js';

/** Asks whether a client may join the channel of its path (B15); what is returned takes that back. */
export function askPath(
  { broker }: Arrivals,
  connection: Newcomer,
  { channel, lastId = '' }: Path,
  decline: (answer: Declined) => void,
  welcome: (place: Expected['channel']) => void,
): () => void {
  const limit = excess(broker, undefined, channel);
  if (limit !== undefined) {
    decline({ status: 403, body: limit });
    return () => {};
  }
  const request = joinRequest(connection, { channel, since: readEventId(lastId) });
  return admit(broker, request, (joining) => {
    if (!isRefusal(joining)) return welcome({ name: channel, joining });
    const usual = isDecided(joining) ? 403 : 503;
    decline({ status: STATUSES.get(joining.refused) ?? usual, body: joining.message });
  });
}

interface Path {
  readonly channel: string;
  /** The id of the last event that it has. */
  readonly lastId?: string | undefined;
}

/** The status for a code that a join was refused with, where it is not 403. */
const STATUSES: ReadonlyMap<string, number> = new Map([
  ['expired', 401],
  ['unknown_channel', 404],
  ['rate_limited', 429],
]);
