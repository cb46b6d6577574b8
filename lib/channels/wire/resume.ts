import { V1 } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import { closeMember } from '../broker/closeMember.js';
import type { Exchange } from './exchange.js';
import type { Fields } from './inChannel.js';
import { notAvailable, wrong } from './wrong.js';

/**
 * A client comes back with its session (CP22). The count of its dials says which connection is the newest: without it what
 * lags in an older one would take the session from a newer one, and close that for good.
 */
export function resume(broker: Broker, exchange: Exchange, { session: secret, n }: Fields): void {
  const { member } = exchange;
  if (typeof secret !== 'string') return wrong(broker, exchange, 'session: expected a text');
  if (!Number.isSafeInteger(n) || (n as number) < 1) {
    return wrong(broker, exchange, 'n: expected an integer from 1');
  }
  if (!member.isV1) return notAvailable(exchange, `resume: only in ${V1}`);
  const found = broker.sessions.find(secret);
  if (typeof found === 'string') return refuse(exchange, found);
  if (found.identity !== member.connection.identity) return refuse(exchange, 'identity');
  if ((n as number) <= found.dials) return closeMember(broker, member, 4409, TAKEN_OVER);
  found.dials = n as number;
  const older = broker.sessions.takeOver(found, member);
  exchange.done({ type: 'system', payload: 'Resumed' }, '{"resumed":true}');
  if (older !== undefined) closeMember(broker, older, 4409, TAKEN_OVER);
}

/** The session of the hello stands. */
function refuse(exchange: Exchange, reason: 'unknown' | 'expired' | 'identity'): void {
  const result = JSON.stringify({ resumed: false, reason });
  exchange.done({ type: 'system', payload: 'Not resumed' }, result);
}

const TAKEN_OVER = 'session taken over';
