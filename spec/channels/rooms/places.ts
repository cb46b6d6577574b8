import { afterAll, beforeAll, describe } from '@jest/globals';
import { VirtualTimeScheduler } from 'rxjs';
import {
  createWebSocketManager,
  type ManagerOptions,
  type WebSocketManager,
} from '../../../lib/channels/index.js';
import { incarnate, joinCluster } from '../../../lib/cluster/index.js';
import { insideOf } from '../../../lib/core/index.js';
import { memoryNats } from '../../../lib/testing/cluster/memoryNats.js';
import { type TestSystem, testSystem } from '../../../lib/testing/live/testSystem.js';

/** Where clients and the processes of their channels are. */
interface Makes {
  make(options: ManagerOptions, settings: Settings): Made;
}

interface Made {
  readonly here: { readonly system: TestSystem; readonly manager: WebSocketManager };
  /** Where the processes are. */
  readonly there: Made['here'];
  /** Has the home of a channel there, unless it has one. */
  anchor(name: string): void;
}

type Settings = ConstructorParameters<typeof TestSystem>[0];

/** The present one. */
export let world: Makes & { readonly isFar: boolean };

/** Describes what holds wherever the processes of channels are: on the node of their clients, or on another one. */
export function wherever(name: string, body: () => void): void {
  for (const [where, each] of Object.entries(WORLDS)) {
    describe(`${name}, ${where}`, () => {
      beforeAll(() => {
        world = each;
      });
      afterAll(() => {
        world = WORLDS['on one node'] as typeof world;
      });
      body();
    });
  }
}

/** What is expected on one node, and where the process is on another one. */
export const either = <T, U>(one: T, two: U): T | U => (world.isFar ? two : one);

const WORLDS: Readonly<Record<string, typeof world>> = {
  'on one node': { isFar: false, make: onOneNode },
  'on two nodes': { isFar: true, make: onTwoNodes },
};

world = WORLDS['on one node'] as typeof world;

function onOneNode(options: ManagerOptions, settings: Settings): Made {
  const system = testSystem(settings);
  const here = { system, manager: createWebSocketManager(system, options) };
  return { here, there: here, anchor: () => {} };
}

/** Between them is no time. */
function onTwoNodes(options: ManagerOptions, settings: Settings): Made {
  const scheduler = new VirtualTimeScheduler();
  const nats = memoryNats({ scheduler, latency: 0 });
  const scope = options.name === undefined ? 'channels' : `channels:${options.name}`;
  const [a, b] = ['a', 'b'].map((name) => {
    const system = testSystem({ ...settings, scheduler, node: incarnate(name, '1') });
    const cluster = joinCluster(system, {
      transport: nats.transport(),
      scopes: { counted: [scope] },
    });
    return { system, manager: createWebSocketManager(system, { ...options, cluster }) };
  }) as [Made['here'], Made['here']];
  a.system.advance(2_500);
  const anchor = (name: string): void => {
    a.manager[insideOf].broker.fellows?.ready(name, () => {});
    a.system.advance(1);
  };
  return { here: b, there: a, anchor };
}
