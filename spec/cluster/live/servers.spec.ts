import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { describeWith } from '../../interop/need.js';
import { type NatsServer, NEED, natsServer } from '../support/natsServer.js';
import { caughtUp, expectAll, flood, seeEachOther } from './support/bothWays.js';
import { figure, isDrill, SOON } from './support/figure.js';
import { endNodes, type LiveNode, startNode } from './support/liveNode.js';

jest.setTimeout(60_000);
const RATE = isDrill ? 5 : 2;

describeWith(NEED)('two nodes that send each other all the while lose nothing', () => {
  let server: NatsServer;
  let nodes: [LiveNode, LiveNode];

  beforeAll(async () => {
    server = await natsServer({ hasJetStream: false });
    nodes = await Promise.all([startNode('a', server.url), startNode('b', server.url)]);
    await seeEachOther(nodes);
  });
  afterAll(async () => {
    await endNodes();
    await server.close();
  });

  it.each([0, 2, 5])(
    'when the server is killed, and started again after %d s (D13, D15)',
    async (seconds) => {
      await flood(nodes, RATE);
      await server.kill();
      await after(seconds * 1_000);
      await server.start();
      const millis = await caughtUp(nodes);

      figure(`server SIGKILL ${seconds} s → caught up`, [millis]);
      expect(millis).toBeLessThan(SOON);
      await expectAll(nodes);
    },
  );

  it.each([2, 5])('when the server stands still for %d s (D8, D13, D15)', async (seconds) => {
    await flood(nodes, RATE);
    server.freeze();
    await after(seconds * 1_000);
    server.thaw();
    const millis = await caughtUp(nodes);

    figure(`server SIGSTOP ${seconds} s → caught up`, [millis]);
    expect(millis).toBeLessThan(SOON);
    await expectAll(nodes);
  });
});
