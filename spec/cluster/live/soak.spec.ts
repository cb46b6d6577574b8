import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Pid } from '../../../lib/index.js';
import { random } from '../../../lib/testing/live/random.js';
import { describeWith } from '../../interop/need.js';
import { Network } from '../../interop/network.js';
import { type NatsServer, NEED, natsServer } from '../support/natsServer.js';
import { figure, isDrill } from './support/figure.js';
import { type Held, TITLES } from './support/holders.js';
import { endNodes, type LiveNode, startNode } from './support/liveNode.js';

/** Half a minute where `CI` is set; `npm run soak:cluster` goes on for ten. */
const SECONDS = Number(process.env.SOAK_SECONDS ?? (process.env.CI === undefined ? 10 : 30));
const SEED = Number(process.env.SOAK_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Milliseconds from ten things that a node does to the next ten: in CI it is the faults that matter, and others run beside it. */
const PAUSE = isDrill ? 5 : 25;
/** Processes of each node. */
const WORKERS = 1_000;
const NAMES = ['a', 'b', 'c'];
/** What a heap may have grown by, though nothing was left behind: what the compiler keeps, and processes that are remembered. */
const HEAP = 8 * 1024 * 1024;
/** Milliseconds until all nodes are of one mind about names, after each has found NATS. */
const AGREED = 10_000;
/** What a node keeps that has two others, and the four processes of its program. */
const LITTLE = {
  ...{ processes: 4, groups: 0, calls: 0, names: 0, titles: { own: 0, others: 0 } },
  ...{ sessions: 2, outboxes: 2, monitors: 0 },
};
jest.setTimeout(SECONDS * 1_000 + 90_000);

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

  it(`keep every promise to their processes for ${SECONDS} s of faults, and end (D9, D11, D29, D32, D34, D42–D45, D47, seed ${SEED})`, async () => {
    for (const node of nodes) await begin(node);
    const faults: string[] = [];
    for (const end = performance.now() + SECONDS * 1_000; performance.now() < end; ) {
      await after(millis(100, 800));
      faults.push(await doHarm());
    }
    await seeEachOther();
    for (const node of nodes) await node.do('rest');
    await flushed();
    figure(`soak, seed ${SEED}: ${faults.join(', ')}; done`, await expectPromises());
    await reconnect();
    await expectNames();

    for (const node of nodes) await node.do('end');
    await flushed();
    await expectNothingLeft();

    await expectNamesAfterKill();
    await Promise.all(nodes.map((node) => node.finish()));
  });

  const start = (at: number): Promise<LiveNode> =>
    startNode(NAMES[at] as string, `nats://127.0.0.1:${networks[at]?.port}`);
  const begin = (node: LiveNode): Promise<void> =>
    node.do('soak', { seed: Math.floor(draw() * 2 ** 31), workers: WORKERS }, PAUSE);
  const others = (node: LiveNode): string[] =>
    nodes.filter((each) => each !== node).map(({ id }) => id);
  const ofAll = <T>(ask: (node: LiveNode) => Promise<T>): Promise<T[]> =>
    Promise.all(nodes.map(ask));

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

  async function seeEachOther(): Promise<void> {
    for (const node of nodes) await node.do('sees', others(node));
  }

  /** All nodes lose NATS and find it again, upon which each looks at its names (D45). */
  async function reconnect(): Promise<void> {
    for (const network of networks) network.cut();
    await seeEachOther();
    await flushed();
  }

  /** Whatever was sent, asked, watched and linked has come to what was promised; what each node has done. */
  async function expectPromises(): Promise<number[]> {
    const reports = await ofAll((node) => node.do('report'));
    const alive = new Set(reports.flatMap((report) => report.alive));
    const isDead = (pid: Pid): boolean => !alive.has(pid);
    expect(
      reports.map((report) => ({
        faults: report.faults,
        calls: report.calls,
        monitorsOfTheDead: report.watched.filter(isDead),
        linksToTheDead: report.linked.filter(([, pid]) => isDead(pid)),
        deadMembers: report.teams.flat().filter(isDead),
        teams: report.teams,
      })),
    ).toEqual(
      nodes.map(() => ({
        ...{ faults: [], calls: 0, monitorsOfTheDead: [], linksToTheDead: [], deadMembers: [] },
        teams: reports[0]?.teams,
      })),
    );
    return reports.map(({ done }) => done);
  }

  /** Whoever claims a name is told the same owner, who alone believes to have it; all who have lost one were told (D43). */
  async function expectNames(): Promise<readonly Pid[]> {
    for (const end = performance.now() + AGREED; ; await after(100)) {
      const [owners = [], ...more] = await ofAll((node) => node.do('claimAll'));
      const copies = await ofAll((node) => node.do('owners'));
      const reports = (await ofAll((node) => node.do('report'))).map(({ names }) => names);
      const is = {
        claims: more,
        copies,
        held: reports.flatMap(({ held }) => held).toSorted(byTitle),
        unaware: reports.flatMap(({ unaware }) => unaware),
        asked: reports.map(({ asked }) => asked),
        faults: reports.flatMap(({ faults }) => faults),
      };
      const wanted = {
        claims: more.map(() => owners),
        copies: nodes.map(() => ({ known: owners, found: owners })),
        held: TITLES.map((title, at) => ({ pid: owners[at], title })),
        unaware: [],
        asked: nodes.map(() => 0),
        faults: [],
      };
      if (performance.now() < end && JSON.stringify(is) !== JSON.stringify(wanted)) continue;
      expect(is).toEqual(wanted);
      return owners;
    }
  }

  /** What all processes had has been given back: tables are empty, and in memory is what belongs to the two other nodes. */
  async function expectNothingLeft(): Promise<void> {
    const none = { monitors: 0, calls: 0, links: 0, owed: 0 };
    for (const node of nodes) {
      const counts = (await node.do('counts')).toSorted((x, y) => (x.node < y.node ? -1 : 1));
      expect(counts).toEqual(
        others(node)
          .toSorted()
          .map((id) => ({ node: id, ...none })),
      );
    }
    for (const node of nodes) await node.do('dismiss');
    await flushed();
    for (const node of nodes) await node.do('acknowledged');
    for (const node of nodes) await expectLittleMemory(node);
  }

  /** A node that looks at its memory stands still; on a busy machine it is lost for that, and a session just ends. */
  async function expectLittleMemory(node: LiveNode): Promise<void> {
    for (let looks = 3; looks > 0; looks--) {
      await seeEachOther();
      const { growth, ...kept } = await node.do('census');
      if (looks > 1 && JSON.stringify(kept) !== JSON.stringify(LITTLE)) continue;
      expect(kept).toEqual(LITTLE);
      expect(growth).toBeLessThan(HEAP);
      return;
    }
  }

  /** A node that has all names is killed: the others have them, one each. */
  async function expectNamesAfterKill(): Promise<void> {
    const victim = nodes.at(-1) as LiveNode;
    const before = await victim.do('claimAll');
    expect(before.filter((pid) => !pid.includes(victim.id))).toEqual([]);
    expect(await expectNames()).toEqual(before);
    await victim.kill();
    nodes = nodes.filter((node) => node !== victim);
    await seeEachOther();
    const owners = await expectNames();
    expect(owners.filter((pid) => pid.includes(victim.id))).toEqual([]);
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

const byTitle = (x: Held, y: Held): number => (x.title < y.title ? -1 : 1);
