import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Pid } from '../../../lib/index.js';
import { random } from '../../../lib/testing/live/random.js';
import { describeWith } from '../../interop/need.js';
import { Network } from '../../interop/network.js';
import { type NatsServer, NEED, natsServer } from '../support/natsServer.js';
import { figure } from './support/figure.js';
import { endNodes, type LiveNode, startNode } from './support/liveNode.js';

const SECONDS = Number(process.env.SOAK_SECONDS ?? 10);
const SEED = Number(process.env.SOAK_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Things that each node does every 5 ms. */
const RATE = 10;
const NAMES = ['a', 'b', 'c'];
jest.setTimeout(SECONDS * 1_000 + 60_000);

describeWith(NEED)('three nodes', () => {
  let server: NatsServer;
  let networks: Network[];
  let nodes: LiveNode[];
  const draw = random(SEED);
  const millis = (least: number, most: number): number => least + draw() * (most - least);

  beforeAll(async () => {
    server = await natsServer();
    networks = NAMES.map(() => new Network(server.port));
    await Promise.all(networks.map((network) => network.listen()));
    nodes = await Promise.all(NAMES.map((_, at) => start(at)));
  });
  afterAll(async () => {
    await endNodes();
    await Promise.all(networks.map((network) => network.close()));
    await server.close();
  });

  it(`keep every promise to their processes for ${SECONDS} s of faults, and end (D9, D11, D29, D32, D34, D47, seed ${SEED})`, async () => {
    for (const node of nodes) await begin(node);
    const faults: string[] = [];
    for (const end = performance.now() + SECONDS * 1_000; performance.now() < end; ) {
      await after(millis(100, 800));
      faults.push(await doHarm());
    }
    for (const node of nodes) await node.do('sees', others(node));
    for (const node of nodes) await node.do('rest');
    await flushed();
    const reports = await Promise.all(nodes.map((node) => node.do('report')));
    const alive = new Set(reports.flatMap((report) => report?.alive ?? []));
    const isDead = (pid: Pid): boolean => !alive.has(pid);

    figure(
      `soak, seed ${SEED}: ${faults.join(', ')}; done`,
      reports.map((each) => each?.done ?? 0),
    );
    expect(
      reports.map((report) => ({
        faults: report?.faults,
        calls: report?.calls,
        monitorsOfTheDead: report?.watched.filter(isDead),
        linksToTheDead: report?.linked.filter(([, pid]) => isDead(pid)),
        deadMembers: report?.teams.flat().filter(isDead),
        teams: report?.teams,
      })),
    ).toEqual(
      nodes.map(() => ({
        ...{ faults: [], calls: 0, monitorsOfTheDead: [], linksToTheDead: [], deadMembers: [] },
        teams: reports[0]?.teams,
      })),
    );

    for (const node of nodes) await node.do('end');
    await flushed();
    const none = { monitors: 0, calls: 0, links: 0, owed: 0 };
    for (const node of nodes) {
      const counts = (await node.do('counts')).toSorted((x, y) => (x.node < y.node ? -1 : 1));
      expect(counts).toEqual(
        others(node)
          .toSorted()
          .map((id) => ({ node: id, ...none })),
      );
    }
    await Promise.all(nodes.map((node) => node.finish()));
  });

  const start = (at: number): Promise<LiveNode> =>
    startNode(NAMES[at] as string, `nats://127.0.0.1:${networks[at]?.port}`);
  const begin = (node: LiveNode): Promise<void> =>
    node.do('soak', Math.floor(draw() * 2 ** 31), RATE);
  const others = (node: LiveNode): string[] =>
    nodes.filter((each) => each !== node).map(({ id }) => id);

  /** One thing that goes wrong, until it is over. */
  async function doHarm(): Promise<string> {
    const at = Math.floor(draw() * nodes.length);
    const [node, network] = [nodes[at] as LiveNode, networks[at] as Network];
    const harms: Record<string, () => Promise<void>> = {
      kill: async () => {
        await node.kill();
        nodes[at] = await start(at);
        await begin(nodes[at]);
      },
      freeze: async () => {
        node.freeze();
        await after(millis(500, 3_000));
        node.thaw();
      },
      block: () => node.do('block', millis(500, 3_000)),
      cut: async () => network.cut(),
      swallow: async () => {
        const ways = ['both', 'toServer', 'toClient'] as const;
        network.swallow(ways[Math.floor(draw() * 3)]);
        await after(millis(500, 3_000));
        network.heal();
        network.cut();
      },
      'kill the server': async () => {
        await server.kill();
        await after(millis(0, 2_000));
        await server.start();
      },
      'freeze the server': async () => {
        server.freeze();
        await after(millis(500, 3_000));
        server.thaw();
      },
    };
    const names = Object.keys(harms);
    const name = names[Math.floor(draw() * names.length)] as string;
    await harms[name]?.();
    return name;
  }

  /** What was on its way has arrived: a call goes behind it, and so does its reply. */
  async function flushed(): Promise<void> {
    for (const node of [...nodes, ...nodes]) {
      for (const other of nodes) {
        if (other !== node) expect(await node.do('call', other.echo, 1)).toBe(true);
      }
    }
  }
});
