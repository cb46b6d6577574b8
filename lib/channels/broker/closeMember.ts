import { ws } from '../../protocol/index.js';
import type { Member } from '../members/member.js';
import type { Broker } from './broker.js';

/** Closes a connection, which is gone for the manager from now on, behind what was written to it. */
export function closeMember(broker: Broker, member: Member, code: number, reason: string): void {
  broker.kernel.send(broker.pid, member.pid, ws.close, { code, reason });
  broker.remove(member);
}
