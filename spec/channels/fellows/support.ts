import type { Fellows } from '../../../lib/channels/fellows/fellows.js';
import { type ChannelOptions, channel, WebSocketMessage } from '../../../lib/channels/index.js';
import { insideOf } from '../../../lib/core/index.js';
import { ChannelTest, type ChannelTestOptions } from '../../../lib/testing/channels/channelTest.js';
import { Stage } from '../../../lib/testing/channels/stage.js';
import type { TestClient } from '../../../lib/testing/channels/testClient.js';
import { type Nodes, nodesOf } from '../../cluster/support/nodes.js';
import { collect } from '../../support/runtime.js';

/** A manager on each of several nodes, with clients in memory; all on one clock. */
export function managersOf(
  names: readonly string[],
  channels: Definitions | ((nodes: Nodes) => Definitions) = {},
  { refresh, ...options }: Omit<ChannelTestOptions, 'scheduler' | 'connect'> = {},
): Managers {
  const nodes = nodesOf(names);
  const tests = nodes.nodes.map(({ system, cluster }, at) => {
    const all = typeof channels === 'function' ? channels(nodes) : channels;
    const defined = Object.entries(all).map(([name, each]) => channel(name, each));
    const given = { channels: defined, ...options, cluster };
    const stage = new Stage(given, nodes.scheduler, undefined, refresh, system);
    let ids = 0;
    // What no two nodes may have alike.
    stage.inside.broker.newId = (what) => `${names[at]}-${what.slice(0, 4)}${++ids}`;
    return new ChannelTest(stage);
  });
  nodes.advance(10);
  return { ...nodes, tests };
}

type Definitions = Readonly<Record<string, ChannelOptions>>;

export interface Managers extends Nodes {
  /** One for each node. */
  readonly tests: readonly ChannelTest[];
}

/** The inside of a node's manager. */
export const brokerOf = ({ manager }: ChannelTest) => manager[insideOf].broker;

/** What a client has got in a channel: its texts, with the offset where there is one. */
export const textsOf = ({ frames }: TestClient, name = 'news'): unknown[] =>
  frames
    .filter(({ channel: where, type }) => where === name && type === 'text')
    .map(({ payload, offset }) => (offset === undefined ? payload : `${offset} ${payload}`));

/** A client at each node, who is in a channel. */
export function readers(
  { tests, advance }: Pick<Managers, 'tests' | 'advance'>,
  name = 'news',
): TestClient[] {
  const clients = tests.map((test, at) => test.connect({ identity: `at ${at}` }));
  const refs = clients.map((client) => client.subscribe(name));
  advance(50);
  for (const [at, client] of clients.entries())
    client.assertReply(refs[at] as number, { ok: true });
  return clients;
}

/** Three nodes with a member each of the channel `news`, whose home is at the first of them. */
export function threeWith(channels: Parameters<typeof managersOf>[1]) {
  const world = managersOf(['a', 'b', 'c'], channels);
  const tests = world.tests as [ChannelTest, ChannelTest, ChannelTest];
  const [first] = readers({ ...world, tests: [tests[0]] }) as [TestClient];
  const [second, third] = readers({ ...world, tests: tests.slice(1) }) as [TestClient, TestClient];
  return { ...world, tests, clients: [first, second, third] as const };
}

/** The same where the channel's history is in memory. */
export const three = () => threeWith({ news: { history: {} } });

/** Sends a text to the channel `news` from a node. */
export const send = ({ manager }: ChannelTest, text: string, options = {}): number =>
  manager.sendToChannel('news', WebSocketMessage.text(text), options);

/** Why a node drops something, from now on. */
export function dropsOf({ system }: ChannelTest): unknown[] {
  const drops: unknown[] = [];
  collect(system.events$, (event) => event.type === 'drop' && drops.push(event.reason));
  return drops;
}

/** The parts of a node's manager that deal with other nodes. */
export const partsOf = (test: ChannelTest) => (brokerOf(test).fellows as Fellows).parts;

/** How many channels have their home on a node. */
export const homesOf = (test: ChannelTest): number => partsOf(test).homes.size;
