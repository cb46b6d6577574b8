import { Subject } from 'rxjs';
import {
  createWebSocketManager,
  insideOf,
  type ManagerOptions,
  type WebSocketManager,
} from '../../lib/channels/index.js';
import type { Pid, SystemEvent } from '../../lib/index.js';
import { ws } from '../../lib/protocol/index.js';
import { Hub, type SocketEvent } from '../../lib/relay/index.js';
import {
  type FakeSocket,
  fakeSocket,
  type TestSystem,
  testSystem,
} from '../../lib/testing/index.js';
import { collect } from '../support/runtime.js';

/** What is known of a client before its 101. */
type Known = Parameters<WebSocketManager[typeof insideOf]['arrivals']['newcomer']>[0];

/** A manager on virtual time, and clients whose sockets are in memory. */
export interface Scene {
  readonly system: TestSystem;
  readonly manager: WebSocketManager;
  readonly hub: Hub;
  /** The events of the system, in order. */
  readonly events: readonly SystemEvent[];
  connect(known?: Known): Client;
}

export function scene(options: ManagerOptions = {}): Scene {
  const system = testSystem();
  const events = collect(system.events$);
  const manager = createWebSocketManager(system, options);
  const hub = new Hub(system);
  system.flush();
  const connect = (known: Known = {}): Client => {
    const { arrivals } = manager[insideOf];
    const connection = arrivals.newcomer(known);
    arrivals.expect({ connection, channel: undefined, payload: 1024, expiresIn: undefined });
    return new Client(system, hub, manager.pid, { id: connection.id });
  };
  return { system, manager, hub, events, connect };
}

/** One that speaks v1. */
export const V1: Known = { protocol: 'rx-process.v1' };

/** A client whose socket is in memory. */
export class Client {
  readonly socket: FakeSocket;
  readonly pid: Pid;
  readonly #events = new Subject<SocketEvent>();
  #read = 0;

  constructor(
    readonly system: TestSystem,
    hub: Hub,
    target: Pid,
    metadata: Readonly<Record<string, string>>,
  ) {
    this.socket = fakeSocket({ events$: this.#events });
    const rest = { rejoin: 0, message_topic: 'ws.message', heartbeat_interval: 0, expires_at: 0 };
    this.pid = hub.connect(this.socket, { ...rest, target, metadata }) as Pid;
    system.flush();
    this.#read = this.#texts.length;
  }

  get #texts(): readonly string[] {
    return this.socket.actions.flatMap((action) =>
      action.type === 'write' ? [String(action.data)] : [],
    );
  }

  /** The frames since the last look; the welcome is not among them. */
  read(): readonly string[] {
    this.system.flush();
    const texts = this.#texts.slice(this.#read);
    this.#read += texts.length;
    return texts;
  }

  /** The payloads of these frames, where they have one; else the types. */
  heard(): readonly unknown[] {
    return this.read().map((text) => {
      const { type, payload } = JSON.parse(text);
      return payload ?? type;
    });
  }

  says(message: string | object): this {
    const data = typeof message === 'string' ? message : JSON.stringify(message);
    this.#events.next({ type: 'frame', data, size: data.length });
    this.system.flush();
    return this;
  }

  commands(command: string, channel?: string): this {
    return this.says({ type: 'system', payload: { command, channel } });
  }

  /** Closes, or is lost (1006). */
  ends(code = 1006): void {
    this.#events.next({ type: 'closed', code, reason: '' });
    this.system.flush();
  }

  /** Is handed over to another process (X1). */
  goesTo(target: Pid): void {
    this.system.send(this.pid, ws.control, { target_pid: target });
    this.system.flush();
  }
}
