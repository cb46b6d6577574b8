import { V1 } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import { takeFrom } from '../broker/takeFrom.js';
import type { Session } from '../members/session.js';
import { awaitSession } from './awaitSession.js';
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
  const dial = n as number;
  const found = broker.sessions.find(secret);
  if (found !== 'unknown' || broker.fellows === undefined) {
    return settle(broker, exchange, dial, found);
  }
  awaitSession(broker, member, secret, dial, (answer) => {
    if (answer === 'resumed') return resumed(exchange);
    if (answer === 'late') return takeFrom(broker, member);
    // It may have come for another connection of its client meanwhile.
    const now = broker.sessions.find(secret);
    settle(broker, exchange, dial, typeof now === 'string' ? answer : now);
  });
}

function settle(
  broker: Broker,
  exchange: Exchange,
  dial: number,
  found: Session | 'unknown' | 'expired' | 'identity',
): void {
  const { member } = exchange;
  if (typeof found === 'string') return refuse(exchange, found);
  if (found.identity !== member.connection.identity) return refuse(exchange, 'identity');
  if (dial <= found.dials) return takeFrom(broker, member);
  found.dials = dial;
  const older = broker.sessions.takeOver(found, member);
  resumed(exchange);
  if (older !== undefined) takeFrom(broker, older);
}

function resumed(exchange: Exchange): void {
  exchange.done({ type: 'system', payload: 'Resumed' }, '{"resumed":true}');
}

/** The session of the hello stands. */
function refuse(exchange: Exchange, reason: 'unknown' | 'expired' | 'identity'): void {
  const result = JSON.stringify({ resumed: false, reason });
  exchange.done({ type: 'system', payload: 'Not resumed' }, result);
}
