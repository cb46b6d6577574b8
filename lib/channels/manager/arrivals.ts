import { is, type Message, type Pid, topic } from '../../core/index.js';
import type { Join } from '../../protocol/index.js';
import { lineOf } from '../../relay/index.js';
import type { Process } from '../../runtime/index.js';
import type { Broker } from '../broker/broker.js';
import { Member } from '../members/member.js';
import { type ClientDetails, type Expected, type Newcomer, newcomer } from '../members/newcomer.js';
import type { Heartbeat } from './heartbeat.js';
import { joinByPath } from './joinByPath.js';
import { type Welcome, welcome } from './welcome.js';

/**
 * Clients on their way in: what a handshake has found out waits here for the process of the connection, which says by
 * the public id in its metadata who it is.
 */
export class Arrivals {
  readonly #expected = new Map<string, Expected>();
  /** Connections that were handed over to another process, and who they were here. */
  readonly #away = new WeakMap<Process, Expected>();

  constructor(
    readonly broker: Broker,
    readonly heartbeat: Heartbeat,
  ) {
    // Or a full mailbox would drop it, and the newcomer would be waited for ever.
    broker.kernel.bound.exempt(forget);
  }

  /** How many handshakes are under way. */
  get size(): number {
    return this.#expected.size;
  }

  newcomer(details: ClientDetails): Newcomer {
    const { broker } = this;
    return newcomer(details, broker.newId('connection'), broker.kernel.now());
  }

  /** Waits for the process of a newcomer, which the relay is to send here with these fields. */
  expect(expected: Expected): Expecting {
    const { broker } = this;
    const { connection, expiresIn } = expected;
    const { id, identity } = connection;
    this.#expected.set(id, expected);
    return {
      target_pid: broker.pid as Pid,
      metadata: { id, ...(identity !== undefined && { identity }) },
      ...(expiresIn !== undefined && { expires_at: broker.kernel.now() + expiresIn }),
    };
  }

  /** The handshake is over; sent behind the join, if there was one, so that it finds nothing then. */
  forget(id: string): void {
    const { kernel, pid } = this.broker;
    // Where the manager has ended, nobody comes any more.
    if (
      !kernel.processes.get(pid as Pid)?.accept({ topic: forget, payload: id, from: undefined })
    ) {
      this.#expected.delete(id);
    }
  }

  take(message: Message): void {
    if (is(message, forget)) this.#expected.delete(message.payload);
  }

  /** A connection has come: it is registered, then in the channel of its path, and then welcomed (B4). */
  enter({ client_pid, metadata }: Join): void {
    const { broker } = this;
    const process = broker.kernel.processes.get(client_pid);
    const line = process && lineOf(process);
    if (process === undefined || line === undefined || broker.members.has(client_pid)) return;
    const expected = this.#claim(process, metadata);
    const { connection, channel } = expected;
    connection.pid = client_pid;
    const member = new Member(process, line, expected, broker);
    broker.add(member);
    if (member.isV1) {
      this.heartbeat.start();
      broker.sessions.begin(member);
    }
    const greet: Welcome = (place, replay) =>
      welcome(broker, member, place, expected.expiresIn, replay);
    if (channel !== undefined) return joinByPath(broker, member, channel, greet);
    greet();
    broker.tell('joined', member);
  }

  /** A connection was handed over to another process (X3), and may come back. */
  transferred(pid: Pid): void {
    const member = this.broker.members.get(pid);
    if (member === undefined) return;
    const { connection, payload, refresh, session, stream } = member;
    const known = { connection, payload, refresh, session, stream };
    this.#away.set(member.process, { ...known, channel: undefined, expiresIn: undefined });
  }

  /**
   * Who has been here before is who it was. A connection that no handshake of ours has announced speaks the page's
   * dialect.
   */
  #claim(process: Process, metadata: Join['metadata']): Expected {
    const { id } = metadata;
    const expected = typeof id === 'string' ? this.#expected.get(id) : undefined;
    if (expected !== undefined) {
      this.#expected.delete(expected.connection.id);
      return expected;
    }
    const away = this.#away.get(process);
    if (away !== undefined) return away;
    const connection = this.newcomer({ metadata });
    return { connection, channel: undefined, payload: 0, expiresIn: undefined, refresh: undefined };
  }
}

/** What the relay is to do with a client that is expected. */
export interface Expecting {
  readonly target_pid: Pid;
  readonly metadata: { readonly id: string; readonly identity?: string };
  readonly expires_at?: number;
}

const forget = topic<string>('channels.forget');
