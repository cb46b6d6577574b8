import type { Pid } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import type { Connection } from '../definitions/connection.js';
import type { Attendee } from '../table/room.js';

/** A client of another node as the process of a channel has it: what its node has said of it. */
export class FarMember implements Attendee {
  constructor(
    /** Who speaks for it. */
    readonly fellow: Pid,
    readonly pid: Pid,
    /** One object as long as it is a member, with other metadata after a refresh that has given some (B32). */
    readonly connection: Connection & { metadata: Connection['metadata'] },
  ) {}
}

/**
 * A connection as it crosses: plain data. Metadata that could not cross are left out with a warning, or what is said of one
 * client would hold up all others of its node.
 */
export function crossing(broker: Broker, connection: Connection): Connection {
  const { pid, id, identity, connectedAt, address, userAgent, protocol } = connection;
  let { metadata } = connection;
  if (!isShallow(metadata, MAX_DEPTH)) {
    broker.warn('unencodable', `the metadata of ${pid} are too deep to cross`);
    metadata = {};
  }
  return { pid, id, identity, metadata, connectedAt, address, userAgent, protocol };
}

/** What a hook has given was copied, so that there are no functions in it. */
const isShallow = (value: unknown, depth: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (depth > 0 && Object.values(value).every((each) => isShallow(each, depth - 1)));

/** Less than a link takes (D23), because they are a part of more. */
const MAX_DEPTH = 90;
