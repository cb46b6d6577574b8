import type { Member } from '../members/member.js';
import type { Broker } from './broker.js';
import { closeMember } from './closeMember.js';

/** Closes a connection whose client goes on with its session over a newer one (CP22). */
export const takeFrom = (broker: Broker, older: Member): void =>
  closeMember(broker, older, 4409, 'session taken over');
