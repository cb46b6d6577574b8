import type { Observable } from 'rxjs';
import { insideOf, type Pid } from '../../core/index.js';
import type { ConnectionEvent } from '../broker/streams.js';
import type { Connection } from '../definitions/connection.js';
import type { ClientMessage } from '../members/clientMessage.js';
import { ChannelManager } from './channelManager.js';
import type { Inside } from './inside.js';
import { ServerChannel } from './serverChannel.js';

/** The methods by which one looks at a manager; they change nothing. */
export abstract class ManagerView {
  /** @internal */
  readonly [insideOf]: Inside;
  readonly channels: ChannelManager;
  /** Who connects and leaves, from the subscription on; completes with the manager. */
  readonly connections$: Observable<ConnectionEvent>;
  /** What clients send that no channel's process takes (B20); completes with the manager. */
  readonly messages$: Observable<ClientMessage>;

  /** @internal */
  constructor(inside: Inside) {
    this[insideOf] = inside;
    const { broker } = inside;
    const { channels, streams } = broker;
    this.channels = new ChannelManager(channels, broker);
    this.connections$ = streams.connections.stream$;
    this.messages$ = streams.messages.stream$;
  }

  /** The process whose clients they are: a handler of your own may relay to it, by `target_pid`. */
  get pid(): Pid {
    return this[insideOf].broker.pid as Pid;
  }

  /** One channel: its streams, and a way to send. @throws ProcessError `Invalid` for a bad name. */
  channel(name: string): ServerChannel {
    return new ServerChannel(this[insideOf].broker, name);
  }

  /** How many are connected; in a cluster to all nodes, as they have told at most 100 ms ago (CN50). */
  connectionCount(): number {
    const { fellows, members } = this[insideOf].broker;
    return members.size + (fellows?.clients.figures.connections ?? 0);
  }

  /** The ids of all connections of this node, in the order in which they came. */
  getConnectionIds(): readonly Pid[] {
    return [...this[insideOf].broker.members.keys()];
  }

  /** Since when it is connected, from where, as what and as whom; `undefined` if it is not. */
  getConnectionMetadata(id: string): Connection | undefined {
    return this[insideOf].broker.members.get(id)?.connection;
  }

  /** The id of the connection that has told others this public id, as the welcome of v1 has it (CP20). */
  pidOf(publicId: string): Pid | undefined {
    return this[insideOf].broker.publicIds.get(publicId)?.pid;
  }
}
