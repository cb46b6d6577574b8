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

/** Ends a membership, on whatever node, as `expel` does; `false` if there is none, as far as this node knows (CN10). */
export function expelFrom(broker: Broker, name: string, pid: Pid, why: Expulsion): boolean {
  const channel = broker.channels.find(name);
  const member = broker.members.get(pid);
  if (member === undefined) return broker.fellows?.people.expel(name, pid, why) ?? false;
  return channel !== undefined && expel(broker, channel, member, why);
}
