import { setTimeout as after } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { lastValueFrom, type Observable, retry } from 'rxjs';
import { natsTransport } from '../../../lib/cluster/transport/natsTransport.js';
import { cleanUp, onCleanup } from '../../express/support.js';
import { describeWith } from '../../interop/need.js';
import { type NatsServer, NEED } from '../support/natsServer.js';
import { place } from '../support/transports.js';
import { caughtUp, expectAll, flood, seeEachOther } from './support/bothWays.js';
import { figure, isDrill } from './support/figure.js';
import { endNodes, type LiveNode, startNode } from './support/liveNode.js';
import { type NewsNode, newsNode } from './support/newsNode.js';
import { serverCluster } from './support/serverCluster.js';

jest.setTimeout(60_000);
afterEach(cleanUp);

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

describeWith(NEED)('two nodes at three servers that keep the names of the cluster', () => {
  it('lose nothing when the server is killed that leads, and names are kept again in 20 s (D15, D41)', async () => {
    const servers = await serverCluster(3, true);
    const urls = servers.map(({ url }) => url);
    onCleanup(() => Promise.all(servers.map((server) => server.close())));
    onCleanup(endNodes);
    const nodes = (await Promise.all(['a', 'b'].map((name) => startNode(name, urls)))) as [
      LiveNode,
      LiveNode,
    ];
    await seeEachOther(nodes);
    const transport = natsTransport({ servers: urls })({ ...place('c'), replicas: 3 });
    onCleanup(() => lastValueFrom(transport.close(), { defaultValue: undefined }));
    const key = (name: string) =>
      lastValueFrom(persistently(transport.registry.create(name, EMPTY)));
    await key('n.first');
    await flood(nodes, 2);

    const admin = await connect({ servers: urls });
    onCleanup(() => admin.close());
    const { cluster } = await (await jetstreamManager(admin)).streams.info('KV_rxp1-main');
    await servers.find((_, at) => `s${at}` === cluster?.leader)?.kill();
    const since = performance.now();
    const millis = await caughtUp(nodes);
    expect(await key('n.second')).toBeGreaterThan(1);

    figure('leader of R3 killed → caught up, → a key is made', [millis, performance.now() - since]);
    await expectAll(nodes);
  });
});

if (isDrill) {
  describeWith(NEED)('a channel whose history three servers keep', () => {
    it.each([
      { what: 'is killed', harm: (leader: NatsServer) => leader.kill() },
      { what: 'stands still for 4 s', harm: (leader: NatsServer) => leader.freeze() },
    ])(
      'misses and repeats nothing when the server that leads $what, in the same epoch (CN7, CN8)',
      async ({ what, harm }) => {
        const servers = await serverCluster(3, true);
        const urls = servers.map(({ url }) => url);
        onCleanup(() => Promise.all(servers.map((server) => server.close())));
        const nodes: NewsNode[] = [];
        for (const name of ['a', 'b', 'c']) {
          const node = await newsNode(name, urls);
          nodes.push(node);
          onCleanup(node.end);
        }
        await after(2_000);
        const epochs = nodes.map(({ epoch }) => epoch());
        const leader = await leaderOf(servers);
        await harm(leader);
        await after(4_000);
        leader.thaw();
        await after(6_000);
        for (const { sending } of nodes) clearInterval(sending);
        await after(6_000);

        const [first, ...others] = nodes.map(({ heard }) => heard) as [string[], ...string[][]];
        const sent = nodes.flatMap((node) => node.sent).sort();
        figure(`leader of R3 ${what}; messages`, [sent.length]);
        expect(first.map((text) => text.split(' ')[1]).sort()).toEqual(sent);
        expect(first.map((text) => Number.parseInt(text, 10))).toEqual(sent.map((_, at) => at + 1));
        for (const heard of others) expect(heard.slice(-500)).toEqual(first.slice(-500));
        expect(nodes.map(({ epoch }) => epoch())).toEqual(epochs);
      },
    );
  });
}

const EMPTY = new Uint8Array();
const persistently = <T>(call$: Observable<T>): Observable<T> =>
  call$.pipe(retry({ count: 40, delay: 500 }));

async function leaderOf(servers: readonly NatsServer[]): Promise<NatsServer> {
  const admin = await connect({ servers: servers.map(({ url }) => url) });
  const { cluster } = await (await jetstreamManager(admin)).streams.info('rxp1-main-history');
  await admin.close();
  return servers.find((_, at) => `s${at}` === cluster?.leader) as NatsServer;
}
