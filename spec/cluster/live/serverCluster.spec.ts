import { afterAll, beforeAll, it, jest } from '@jest/globals';
import { describeWith } from '../../interop/need.js';
import { freePort } from '../../support/freePort.js';
import { type NatsServer, NEED, natsServer } from '../support/natsServer.js';
import { caughtUp, expectAll, flood, seeEachOther } from './support/bothWays.js';
import { figure } from './support/figure.js';
import { endNodes, type LiveNode, startNode } from './support/liveNode.js';

jest.setTimeout(60_000);

describeWith(NEED)('two nodes at two servers of a cluster lose nothing', () => {
  let servers: NatsServer[];
  let nodes: [LiveNode, LiveNode];

  beforeAll(async () => {
    servers = await serverCluster(2);
    const [first, second] = servers as [NatsServer, NatsServer];
    nodes = await Promise.all([
      startNode('a', [first.url, second.url], { noRandomize: true }),
      startNode('b', second.url),
    ]);
    await seeEachOther(nodes);
  });
  afterAll(async () => {
    await endNodes();
    await Promise.all(servers.map((server) => server.close()));
  });

  it('when one is shut down gently, and its node goes to the other one (D15)', async () => {
    await flood(nodes, 2);
    await servers[0]?.retire();
    const millis = await caughtUp(nodes);

    figure('lame duck → caught up', [millis]);
    await expectAll(nodes);
  });
});

/** Servers that forward to each other. */
async function serverCluster(size: number): Promise<NatsServer[]> {
  const ports = await Promise.all(Array.from({ length: size }, () => freePort()));
  const routes = ports.map((port) => `nats://127.0.0.1:${port}`).join();
  return Promise.all(
    ports.map((port, at) =>
      natsServer({
        hasJetStream: false,
        config: `server_name: s${at}
lame_duck_grace_period: "500ms"
cluster { name: spec, listen: "127.0.0.1:${port}", no_advertise: true, routes: [${routes}] }`,
      }),
    ),
  );
}
