import type { Pid } from '../../core/index.js';
import type { Attendee } from '../table/room.js';
import type { Broker } from './broker.js';
import { expel } from './expel.js';
import { membersOf } from './membersOf.js';
import type { Expulsion } from './tellExpelled.js';

/** Who is in a channel, as its process is to know it: on this node and on others, each in the order of joining; as a copy. */
export function everyone(broker: Broker, name: string): readonly Attendee[] {
  const here = everyoneHere(broker, name);
  return broker.fellows === undefined ? here : [...here, ...broker.fellows.people.of(name)];
}

/** The same of those on this node. */
export function everyoneHere(broker: Broker, name: string): readonly Attendee[] {
  const channel = broker.channels.find(name);
  return channel === undefined ? [] : membersOf(broker, channel);
}

/** A channel's process ends a membership, as `expel` does; nothing where there is none. */
export function expelFrom(broker: Broker, name: string, pid: Pid, why: Expulsion): void {
  const channel = broker.channels.find(name);
  const member = broker.members.get(pid);
  if (member === undefined) broker.fellows?.people.expel(name, pid, why);
  else if (channel !== undefined) expel(broker, channel, member, why);
}
