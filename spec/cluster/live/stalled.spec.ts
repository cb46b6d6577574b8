import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { Subjects } from '../../../lib/cluster/transport/subjects.js';
import { describeWith } from '../../interop/need.js';
import { within } from '../../support/runtime.js';
import { type NatsServer, NEED, natsServer } from '../support/natsServer.js';
import { expectAll, expectSessions, flood, seeEachOther } from './support/bothWays.js';
import { endNodes, type LiveNode, startNode } from './support/liveNode.js';

jest.setTimeout(60_000);

describeWith(NEED)('a node that stands still', () => {
  let server: NatsServer;
  let a: LiveNode;
  let b: LiveNode;
  /** Sees both of them, and is sent nothing. */
  let c: LiveNode;
  let sessions = 1;

  beforeAll(async () => {
    server = await natsServer({ hasJetStream: false });
    [a, b, c] = (await Promise.all(['a', 'b', 'c'].map((name) => startNode(name, server.url)))) as [
      LiveNode,
      LiveNode,
      LiveNode,
    ];
    await Promise.all([seeEachOther([a, b]), seeEachOther([a, c]), seeEachOther([b, c])]);
  });
  afterAll(async () => {
    await endNodes();
    await server.close();
  });

  it('for 1 s is not lost (D6)', async () => {
    await flood([a, b], 2);
    await beats('b');
    b.freeze();
    await after(1_000);
    b.thaw();

    await expectAll([a, b]);
    expect(c.told).toEqual([]);
  });

  it.each([5, 12])(
    'for %d s is lost on both sides, and has a new session when it wakes (D6, D10, D11)',
    async (seconds) => {
      await flood([a, b], 2);
      await a.do('watch', b.idle);
      await b.do('watch', a.idle);
      b.freeze();
      await a.tells({ type: 'down', node: b.id, reason: 'silent' });
      await c.tells({ type: 'down', node: b.id, reason: 'silent' });
      await after((seconds - 2) * 1_000);
      b.thaw();

      await isLostAndBack();
    },
  );

  it('in a handler for 3 s is lost, and accuses nobody itself (D6)', async () => {
    await flood([a, b], 2);
    await a.do('watch', b.idle);
    await b.do('watch', a.idle);
    await b.do('block', 3_000);
    await a.tells({ type: 'down', node: b.id, reason: 'silent' });
    await c.tells({ type: 'down', node: b.id, reason: 'silent' });

    await isLostAndBack();
  });

  /**
   * Resolves when a node has just beaten: who stands still for 1 s from then on beats again a quarter of a second before it
   * is lost, and else perhaps in the last moment, which a busy machine misses.
   */
  async function beats(name: string): Promise<void> {
    const ear = await connect({ servers: server.url });
    const subject = new Subjects('main').beat(name);
    await within(new Promise((resolve) => ear.subscribe(subject, { max: 1, callback: resolve })));
    void ear.close();
  }

  /** Whoever stood still hears that the others have given up the session; nobody else is concerned. */
  async function isLostAndBack(): Promise<void> {
    await a.tells({ type: 'exit', pid: b.idle, reason: 'noconnection' });
    await b.tells({ type: 'exit', pid: a.idle, reason: 'noconnection' });
    for (const other of [a, c]) {
      await b.tells({ type: 'down', node: other.id, reason: 'reset' });
      await seeEachOther([b, other]);
    }
    sessions += 1;
    await expectSessions([a, b], sessions);
    expect([a, b, c].map(({ told }) => told)).toEqual([[], [], []]);
  }
});
