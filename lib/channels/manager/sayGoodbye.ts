import { withRetry, ws } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';

/**
 * Clients that know what to do with it are each told a time of their own to come back at; the relay closes the others
 * (B34, SE6).
 */
export function sayGoodbye({ kernel, pid, members, gatherings }: Broker): void {
  gatherings.flushAll();
  for (const member of members.values()) {
    if (!member.isV1 && member.stream === undefined) continue;
    const reason = withRetry('server shutting down', Math.floor(Math.random() * JITTER));
    kernel.send(pid, member.pid, ws.close, { code: 1001, reason });
  }
}

/** Milliseconds over which clients come back after a shutdown. */
const JITTER = 5_000;
