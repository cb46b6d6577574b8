import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { describeWith } from '../../interop/need.js';
import { type NatsServer, NEED, natsServer } from '../support/natsServer.js';
import { natsUsers } from '../support/natsUsers.js';
import { expectAll, flood, seeEachOther } from './support/bothWays.js';
import { endNodes, LiveNode, startNode } from './support/liveNode.js';

jest.setTimeout(60_000);
const KIB = 1_024;
const as = (user: string, pass = 'secret'): Record<string, string> => ({ user, pass });

describeWith(NEED)('nodes at a server that allows them little', () => {
  let server: NatsServer;
  let a: LiveNode;
  let b: LiveNode;

  beforeAll(async () => {
    const config = `${natsUsers('a', 'b')} max_payload: ${64 * KIB}\n`;
    server = await natsServer({ hasJetStream: false, config });
    [a, b] = (await Promise.all(
      ['a', 'b'].map((name) => startNode(name, server.url, as(name))),
    )) as [LiveNode, LiveNode];
    await seeEachOther([a, b]);
  });
  afterAll(async () => {
    await endNodes();
    await server.close();
  });

  it('send, call, monitor and link all the same, without JetStream (D41, D62)', async () => {
    await flood([a, b], 1);
    await a.do('watch', b.idle);
    expect(await a.do('call', b.echo, 1)).toBe(true);
    await b.do('exit', b.idle);
    await a.tells({ type: 'exit', pid: b.idle, reason: 'shutdown' });

    await expectAll([a, b]);
    expect(a.events.filter(({ type }) => type === 'warning')).toEqual([]);
  });

  it('send what is larger than a message of the server, in order with all else (D22)', async () => {
    await flood([a, b], 1);
    const calls = [200 * KIB, 1, KIB * KIB].map((size) => a.do('call', b.echo, size));

    expect(await Promise.all(calls)).toEqual([true, true, true]);
    await expectAll([a, b]);
  });

  it('hear nothing from whoever speaks for another node (D60, D62)', async () => {
    const forger = await connect({ servers: server.url, ...as('b') });
    const refused = new Promise((resolve) => {
      void (async () => {
        for await (const status of forger.status()) if (status.type === 'error') resolve(status);
      })();
    });
    const [to, from] = [b.id, a.id].map((id) => id.replace('~', '.'));
    forger.publish(`rxp1.main.l.${to}.${from}`, 'not a frame of a');

    expect(await refused).toMatchObject({
      error: { message: expect.stringMatching(/Permissions/) },
    });
    await forger.close();
    // What had arrived would have ended the session.
    expect(await a.do('call', b.echo, 1)).toBe(true);
    expect([...a.told, ...b.told]).toEqual([]);
  });

  it('are told that their credentials are refused (D66)', async () => {
    const c = new LiveNode({ name: 'c', servers: server.url, nats: as('c') });

    await expect(c.join()).rejects.toThrow('Unavailable');
    await c.tells({ type: 'status', status: 'left' });
  });
});
