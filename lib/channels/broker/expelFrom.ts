import type { Pid } from '../../core/index.js';
import type { Broker } from './broker.js';
import { expel } from './expel.js';
import type { Expulsion } from './tellExpelled.js';

/** A channel's process ends a membership, as `expel` does; nothing where there is none. */
export function expelFrom(broker: Broker, name: string, pid: Pid, why: Expulsion): void {
  const channel = broker.channels.find(name);
  const member = broker.members.get(pid);
  if (channel !== undefined && member !== undefined) expel(broker, channel, member, why);
}
