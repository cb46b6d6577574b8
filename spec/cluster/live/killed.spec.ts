import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { describeWith } from '../../interop/need.js';
import { type NatsServer, NEED, natsServer } from '../support/natsServer.js';
import { figure, isDrill } from './support/figure.js';
import { endNodes, LiveNode, startNode } from './support/liveNode.js';

/** How often a node is killed, three at a time. */
const TIMES = Number(process.env.DRILLS ?? 3);
const ROUNDS = Math.ceil(TIMES / 3);
jest.setTimeout(ROUNDS * 60_000);

describeWith(NEED)('a node', () => {
  let server: NatsServer;
  let a: LiveNode;
  let others: LiveNode[] = [];

  beforeAll(async () => {
    server = await natsServer({ hasJetStream: false });
    [a] = await Promise.all([startNode('a', server.url), startOthers()]);
    for (const { id } of others) await a.tells({ type: 'up', node: id });
  });
  afterAll(async () => {
    await endNodes();
    await server.close();
  });

  it('that is killed at rest is lost for the others within 2 s (D6, D9)', async () => {
    const millis = await rounds(async () => {});

    figure('kill -9 at rest → EXIT', millis);
    expect(Math.max(...millis)).toBeLessThan(isDrill ? 2_000 : 4_000);
  });

  it('that is killed under load is lost for the others within 0.8 s, before its silence would tell (D7, D17)', async () => {
    const millis = await rounds(async ({ counter }) => {
      await a.do('flood', counter, 1);
    });

    figure('kill -9 under load → EXIT', millis);
    expect(Math.max(...millis)).toBeLessThan(isDrill ? 800 : 1_500);
    expect(await a.do('send', (others[0] as LiveNode).counter, 1)).toBe(true);
  });

  it('that is killed and started again has none of its old processes (D2, D3)', async () => {
    const [old] = others as [LiveNode];
    await a.do('watch', old.idle);
    await old.kill();
    const anew = await startNode('b', server.url);
    others[0] = anew;

    await a.tells({ type: 'exit', pid: old.idle, reason: 'noconnection' });
    await a.tells({ type: 'down', node: old.id });
    await a.tells({ type: 'up', node: anew.id });
    await a.do('watch', old.idle);
    await a.tells({ type: 'exit', pid: old.idle, reason: 'noproc' });
    expect(await a.do('send', old.counter, 1)).toBe(false);
    expect(await a.do('call', old.echo, 1)).toBe('NotFound');
    expect(await a.do('call', anew.echo, 1)).toBe(true);
    expect(anew.counter).not.toBe(old.counter);
  });

  it('of a name that another one has does not join, and that one goes on (D5)', async () => {
    const [b] = others as [LiveNode];
    const second = new LiveNode({ name: 'b', servers: server.url });

    await expect(second.join()).rejects.toThrow('AlreadyExists');
    await second.tells({ type: 'status', status: 'left' });
    await second.kill();
    expect(await a.do('call', b.echo, 1)).toBe(true);
    expect(a.told).toEqual([]);
  });

  it.each([
    { how: 'leaves', command: 'leave', reason: 'noconnection' },
    { how: 'is shut down', command: 'shutdown', reason: 'shutdown' },
  ] as const)(
    'that $how has all arrive that it has sent (D63, D64)',
    async ({ command, reason }) => {
      const leaver = others.pop() as LiveNode;
      await leaver.do('flood', a.counter, 5);
      await a.do('watch', leaver.idle);
      await a.do('reaches', leaver.id, 500);

      await leaver.do(command);
      await a.tells({ type: 'exit', pid: leaver.idle, reason });
      await a.tells({ type: 'down', node: leaver.id, reason: 'left' });

      expect(await a.do('runs', leaver.id)).toEqual([[1, await leaver.do('stop', a.counter)]]);
      await leaver.kill();
    },
  );

  async function startOthers(): Promise<void> {
    others = await Promise.all(['b', 'c', 'd'].map((name) => startNode(name, server.url)));
  }

  /** Kills three nodes a round after `prepare`; resolves to the milliseconds after which a watcher of each was told. */
  async function rounds(prepare: (node: LiveNode) => Promise<void>): Promise<number[]> {
    const millis: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const dying = others;
      await Promise.all(dying.map(({ idle }) => a.do('watch', idle)));
      await Promise.all(dying.map(prepare));
      millis.push(...(await Promise.all(dying.map(killed))));
      for (const { id } of dying) await a.tells({ type: 'down', node: id });
      await startOthers();
      for (const { id } of others) await a.tells({ type: 'up', node: id });
    }
    return millis;
  }

  async function killed(node: LiveNode): Promise<number> {
    // At any moment of a beat, and when what was said before is acknowledged.
    await after(100 + Math.random() * 500);
    const at = await node.kill();
    return (await a.tells({ type: 'exit', pid: node.idle, reason: 'noconnection' })) - at;
  }
});
