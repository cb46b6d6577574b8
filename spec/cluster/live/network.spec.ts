import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { describeWith } from '../../interop/need.js';
import { Network } from '../../interop/network.js';
import { type NatsServer, NEED, natsServer } from '../support/natsServer.js';
import { caughtUp, expectAll, expectSessions, flood } from './support/bothWays.js';
import { figure, isDrill, SOON } from './support/figure.js';
import { endNodes, type LiveNode, startNode } from './support/liveNode.js';

jest.setTimeout(60_000);
const RATE = isDrill ? 5 : 2;

/** Who is behind which network, what that swallows, and after how long the others know that the node is lost. */
const NODES = [
  { name: 'b', way: 'both', soon: 2_000 },
  { name: 'c', way: 'toServer', soon: 2_000 },
  // Its beats are heard until it is isolated, and connects anew.
  { name: 'd', way: 'toClient', soon: 4_000 },
] as const;

describeWith(NEED)('nodes whose network', () => {
  let server: NatsServer;
  let networks: Network[];
  let a: LiveNode;
  let pairs: [LiveNode, LiveNode][];

  beforeAll(async () => {
    server = await natsServer({ hasJetStream: false });
    networks = NODES.map(() => new Network(server.port));
    const ports = await Promise.all(networks.map((network) => network.listen()));
    const [first, ...others] = await Promise.all([
      startNode('a', server.url),
      ...NODES.map(({ name }, at) => startNode(name, `nats://127.0.0.1:${ports[at]}`)),
    ]);
    a = first;
    pairs = others.map((node) => [a, node]);
    const all = [a, ...others];
    for (const node of all) {
      for (const { id } of all) if (id !== node.id) await node.tells({ type: 'up', node: id });
    }
  });
  afterAll(async () => {
    await endNodes();
    await Promise.all(networks.map((network) => network.close()));
    await server.close();
  });

  it('resets their connections lose nothing (D13, D15)', async () => {
    await Promise.all(pairs.map((pair) => flood(pair, RATE)));
    for (const network of networks) network.cut();
    const millis = await Promise.all(pairs.map(caughtUp));

    figure('network resets → caught up', millis);
    expect(Math.max(...millis)).toBeLessThan(SOON);
    await Promise.all(pairs.map(expectAll));
  });

  it('swallows all, or one direction, are lost, and have a new session when it works again (D6, D8, D10)', async () => {
    await Promise.all(pairs.map((pair) => flood(pair, RATE)));
    for (const [, node] of pairs) {
      await a.do('watch', node.idle);
      await node.do('watch', a.idle);
    }
    const since = performance.now();
    for (const [at, { way }] of NODES.entries()) networks[at]?.swallow(way);
    await after(5_000);
    for (const network of networks) network.heal();
    const healed = performance.now();

    const millis = NODES.map(async ({ way, soon }, at) => {
      const [, node] = pairs[at] as [LiveNode, LiveNode];
      const lost = await a.tells({ type: 'exit', pid: node.idle, reason: 'noconnection' });
      await a.tells({ type: 'down', node: node.id, reason: 'silent' });
      const up = await a.tells({ type: 'up', node: node.id });
      await node.tells({ type: 'exit', pid: a.idle, reason: 'noconnection' });
      await node.tells({ type: 'down', node: a.id, reason: 'reset' });
      await node.tells({ type: 'up', node: a.id });
      figure(`network swallows ${way} → EXIT`, [lost - since]);
      figure(`network heals (${way}) → new session`, [up - healed]);
      expect(lost - since).toBeLessThan(isDrill ? soon : 2 * soon);
      return up - healed;
    });
    expect(Math.max(...(await Promise.all(millis)))).toBeLessThan(3_000);
    await Promise.all(pairs.map((pair) => expectSessions(pair, 2)));
  });
});
