import { Subject } from 'rxjs';
import type { Address } from '../../lib/codec/index.js';
import type { Behavior, Pid } from '../../lib/index.js';
import type { Hub, SocketEvent } from '../../lib/relay/index.js';
import type { TestSystem } from '../../lib/testing/live/testSystem.js';
import { type FakeSocket, fakeSocket } from '../../lib/testing/marbles/fakeSocket.js';
import { brief, collect } from '../support/runtime.js';

/** What a handler asked for: a relay to this target. */
export const config = (target: Address) => ({
  target,
  rejoin: 0,
  message_topic: 'ws.message',
  metadata: {},
  heartbeat_interval: 0,
  expires_at: 0,
});

/** A client of a hub, and the connection that stands for it. */
export interface Connected {
  readonly client: Subject<SocketEvent>;
  readonly socket: FakeSocket;
  readonly pid: Pid;
  readonly exits: readonly string[];
}

/** Connects a client that says what the spec says. */
export function connect(hub: Hub, system: TestSystem, target: Pid, owned?: Behavior): Connected {
  return connectTo(hub, system, config(target), owned);
}

/** The same, with all that a handler may ask for. */
export function connectTo(
  hub: Hub,
  system: TestSystem,
  asked: ReturnType<typeof config>,
  owned?: Behavior,
): Connected {
  const client = new Subject<SocketEvent>();
  const socket = fakeSocket({ events$: client });
  const pid = hub.connect(socket, asked, owned) as Pid;
  const exits = collect(system.monitor(pid), ({ reason }) => brief(reason));
  return { client, socket, pid, exits };
}

export const frame = (data: string): SocketEvent => ({ type: 'frame', data, size: data.length });
