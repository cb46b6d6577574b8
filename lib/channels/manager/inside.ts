import type { Subscription } from 'rxjs';
import { EventLoopLag, type System } from '../../runtime/index.js';
import type { Broker } from '../broker/broker.js';
import { type ChannelCluster, fellowsOf } from '../fellows/fellows.js';
import { ChannelRooms } from '../rooms/channelRooms.js';
import { Asked } from '../wire/asked.js';
import { Arrivals } from './arrivals.js';
import { type HandshakeRequest, handshake, type Outcome } from './handshake.js';
import { Heartbeat } from './heartbeat.js';
import type { Mount } from './mount.js';

/** What a manager is made of, for the folders above, which find it by `insideOf`. */
export class Inside {
  readonly asked: Asked;
  readonly rooms: ChannelRooms;
  readonly heartbeat: Heartbeat;
  readonly arrivals: Arrivals;
  /** The routes that lead to it. */
  readonly mounts: Mount[] = [];
  #lag: EventLoopLag | undefined;

  constructor(
    readonly system: System,
    readonly broker: Broker,
    cluster: ChannelCluster | undefined,
  ) {
    this.asked = new Asked(broker);
    this.heartbeat = new Heartbeat(broker);
    this.arrivals = new Arrivals(broker, this.heartbeat);
    this.rooms = new ChannelRooms(broker);
    broker.asked = this.asked;
    const fellows = cluster && fellowsOf(broker, this.rooms, cluster);
    broker.fellows = fellows;
    broker.rooms = fellows?.people ?? this.rooms;
  }

  /**
   * How late the event loop has been since the last look, as `EventLoopLag` has it; `undefined` at the first, from which
   * on it is watched, so that nothing runs where nobody looks.
   */
  readLag(): ReturnType<EventLoopLag['read']> | undefined {
    if (this.#lag !== undefined) return this.#lag.read();
    this.#lag = new EventLoopLag();
    this.#lag.start();
    return undefined;
  }

  /** Whether somebody looks at the event loop. */
  get isWatched(): boolean {
    return this.#lag !== undefined;
  }

  /** Nothing of it runs by itself any more. */
  rest(): void {
    this.heartbeat.stop();
    this.#lag?.stop();
  }

  /** Decides on a client before its 101, and says how it is to be relayed. */
  handshake(asked: HandshakeRequest, done: (outcome: Outcome) => void): Subscription {
    return handshake(this.arrivals, asked, done);
  }
}
