import type { Message, Pid } from '../../core/index.js';
import { is, topic } from '../../core/index.js';
import type { Join } from '../../protocol/index.js';
import { lineOf } from '../../relay/index.js';
import type { Broker } from '../broker/broker.js';
import { Member } from '../members/member.js';
import { type Expected, type Known, Newcomer } from '../members/newcomer.js';
import type { Heartbeat } from './heartbeat.js';
import { joinByPath } from './joinByPath.js';
import { welcome } from './welcome.js';

/**
 * Clients on their way in: what a handshake has found out waits here for the process of the connection, which says by
 * the public id in its metadata who it is.
 */
export class Arrivals {
  readonly #expected = new Map<string, Expected>();

  constructor(
    readonly broker: Broker,
    readonly heartbeat: Heartbeat,
  ) {}

  /** How many handshakes are under way. */
  get size(): number {
    return this.#expected.size;
  }

  newcomer(known: Known): Newcomer {
    return new Newcomer(known, this.broker.kernel.now());
  }

  /** Waits for the process of a newcomer. */
  expect(expected: Expected): void {
    this.#expected.set(expected.connection.id, expected);
  }

  /** The handshake is over; sent behind the join, if there was one, so that it finds nothing then. */
  forget(id: string): void {
    this.broker.kernel.send(undefined, this.broker.pid as Pid, forget, id);
  }

  take(message: Message): void {
    if (is(message, forget)) this.#expected.delete(message.payload);
  }

  /** A connection has come: it is registered, then in the channel of its path, and then welcomed (B4). */
  enter({ client_pid, metadata }: Join): void {
    const { broker } = this;
    const process = broker.kernel.processes.get(client_pid);
    const line = process && lineOf(process);
    // It may have ended, or have come back from another target.
    if (process === undefined || line === undefined || broker.members.has(client_pid)) return;
    const { connection, channel, ...rest } = this.#claim(metadata.id, metadata);
    connection.pid = client_pid;
    const member = new Member(process, line, connection, broker);
    broker.add(member);
    if (member.isV1) this.heartbeat.start();
    const begin = (place: string | undefined): void => {
      welcome(broker, member, { ...rest, channel: place });
      broker.tell('joined', member);
    };
    if (channel === undefined) begin(undefined);
    else joinByPath(broker, member, channel, begin);
  }

  /** A connection that no handshake of ours has announced speaks the page's dialect. */
  #claim(id: unknown, metadata: Join['metadata']): Expected {
    const expected = typeof id === 'string' ? this.#expected.get(id) : undefined;
    if (expected === undefined) {
      const connection = this.newcomer({ metadata });
      return { connection, channel: undefined, payload: 0, expiresIn: undefined };
    }
    this.#expected.delete(expected.connection.id);
    return expected;
  }
}

const forget = topic<string>('channels.forget');
