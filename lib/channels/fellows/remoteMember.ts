import type { Pid } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import type { Connection } from '../definitions/connection.js';
import type { Attendee } from '../table/room.js';

/**
 * A client of another node as the process of a channel has it: what its node has said of it. Its connection is one object
 * as long as it is a member.
 */
export class RemoteMember implements Attendee {
  readonly connection: Connection;

  constructor(
    /** Who speaks for it. */
    readonly fellow: Pid,
    readonly pid: Pid,
    connection: Connection,
  ) {
    this.connection = Object.freeze(connection);
  }
}

/**
 * A connection as it crosses: plain data, with the metadata that their JSON says, so that what is said of one client cannot
 * hold up others.
 */
export function crossing(broker: Broker, connection: Connection): Connection {
  const { pid, id, identity, connectedAt, address, userAgent, protocol } = connection;
  const metadata = jsonOf(broker, connection);
  return { pid, id, identity, metadata, connectedAt, address, userAgent, protocol };
}

function jsonOf(broker: Broker, { metadata, pid }: Connection): Connection['metadata'] {
  try {
    return JSON.parse(JSON.stringify(metadata));
  } catch (error) {
    broker.warn('unencodable', `the metadata of ${pid} have no JSON`, error);
    return {};
  }
}
