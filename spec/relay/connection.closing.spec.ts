import { afterEach, describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { type WebsocketRelayOptions, ws } from '../../lib/express/index.js';
import { probe } from '../../lib/testing/index.js';
import { type Client, cleanUp, handshake, open, Raw, serve, within } from '../express/support.js';
import { settled } from '../support/runtime.js';
import { exitOf, relayTo, type Scene, scene, shown } from './scene.js';

afterEach(cleanUp);

/** Bytes as a client would never send them. */
const sendRaw = (client: Client, ...bytes: number[]): void => {
  const { _socket: net } = client.socket as unknown as { _socket: { write(data: Buffer): void } };
  net.write(Buffer.of(...bytes));
};

/** Writes to a client that does not read until there is too much of it. */
async function flood({ client, target, pid }: Scene): Promise<void> {
  client.socket.pause();
  for (let i = 0; i < 24; i++) {
    target.self.send(pid, ws.send, { data: new Uint8Array(512 * 1024) });
    await settled(1);
  }
}

describe('a connection closes', () => {
  const gone = 'target process exited';
  type Row = [
    cause: string,
    deed: (scene: Scene) => unknown,
    /** What the client sees, what the target is told ('': dead), and what a monitor gets. */
    client: string,
    leave: string,
    exit: string,
    relay?: WebsocketRelayOptions,
    connect?: object,
  ];
  it.each<Row>([
    [
      'a: client close',
      ({ client }) => client.socket.close(1000, 'bye'),
      '1000 bye',
      'bye',
      'normal 1000 bye',
    ],
    [
      'a: client close without a code',
      ({ client }) => client.socket.close(),
      '1005',
      'client closed',
      'normal 1005',
    ],
    [
      'a: client close of an abnormal class',
      ({ client }) => client.socket.close(1011, 'oops'),
      '1011 oops',
      'oops',
      'error 1011 oops',
    ],
    [
      'b: socket lost',
      ({ client }) => client.socket.terminate(),
      '1006',
      'connection lost',
      'error 1006 connection lost',
    ],
    [
      'c: ws.close',
      ({ target, pid }) => target.self.send(pid, ws.close, { code: 4001, reason: 'kicked' }),
      '4001 kicked',
      'kicked',
      'normal 4001 kicked',
    ],
    [
      'c: ws.close of an abnormal class',
      ({ target, pid }) => target.self.send(pid, ws.close, { code: 1008, reason: 'no' }),
      '1008 no',
      'no',
      'error 1008 no',
    ],
    [
      'c: ws.close with a wrong code (W4)',
      ({ target, pid }) => target.self.send(pid, ws.close, { code: 1006 }),
      '1011',
      'closed by server',
      'error 1011',
    ],
    [
      'd: target exits normally',
      ({ target }) => target.self.exit('normal'),
      `1000 ${gone}`,
      '',
      `normal 1000 ${gone}`,
    ],
    [
      'e: target is shut down',
      ({ target }) => target.self.exit('shutdown'),
      `1001 ${gone}`,
      '',
      `normal 1001 ${gone}`,
    ],
    [
      'f: target crashes',
      ({ target }) => target.self.exit(new Error('secret')),
      `1011 ${gone}`,
      '',
      `error 1011 ${gone}`,
    ],
    [
      'f: target is killed',
      ({ system, target }) => system.terminate(target.pid),
      `1011 ${gone}`,
      '',
      `error 1011 ${gone}`,
    ],
    [
      'g: a linked process crashes',
      ({ system, pid }) => {
        const { self } = probe(system);
        self.link(pid);
        self.exit(new Error('boom'));
      },
      '1011 linked process exited',
      'linked process exited',
      'error boom',
    ],
    [
      'h: cancel',
      ({ system, pid }) => system.cancel(pid),
      '1001 cancelled',
      'cancelled',
      'normal 1001 cancelled',
    ],
    [
      'h: cancel with a reason',
      ({ system, pid }) => system.cancel(pid, { reason: 'maintenance' }),
      '1001 maintenance',
      'maintenance',
      'normal 1001 maintenance',
    ],
    ['i: terminate', ({ system, pid }) => system.terminate(pid), '1006', 'terminated', 'killed'],
    [
      'j: the relay shuts down',
      ({ relay }) => relay.shutdown(),
      '1001 server shutting down',
      'server shutting down',
      'normal 1001 server shutting down',
    ],
    [
      'j: the host stops',
      ({ system }) => system.hosts.stop('relay'),
      '1001 server shutting down',
      'server shutting down',
      'normal 1001 server shutting down',
    ],
    [
      'k: protocol error',
      ({ client }) => sendRaw(client, 0x83, 0x80, 0, 0, 0, 0),
      '1002',
      'protocol error',
      'error 1002 protocol error',
    ],
    [
      'k: invalid UTF-8',
      ({ client }) => sendRaw(client, 0x81, 0x81, 0, 0, 0, 0, 0xff),
      '1007',
      'invalid payload',
      'error 1007 invalid payload',
    ],
    [
      'k: message too big',
      ({ client }) => client.socket.send('x'.repeat(1_001)),
      '1009',
      'message too big',
      'error 1009 message too big',
      { maxPayload: 1_000 },
    ],
    [
      'l: no pong in time',
      () => {},
      '1006',
      'ping timeout',
      'error 1006 ping timeout',
      { pingInterval: 20 },
      { autoPong: false },
    ],
    [
      'm: slow consumer',
      async (scene) => {
        await flood(scene);
        scene.client.socket.resume();
      },
      '1013 slow consumer',
      'slow consumer',
      'error 1013 slow consumer',
      { maxBuffered: 256 * 1024, closeTimeout: '3s' },
    ],
  ])('%s', async (...row) => {
    const [, deed, seen, leave, exit, relay, connect] = row;
    const made = await scene(relay, connect);
    await deed(made);

    const { code, reason } = await within(made.client.closed, 'the close');
    expect(`${code} ${reason}`.trimEnd()).toBe(seen);
    expect(shown(await made.exit)).toBe(exit);
    if (leave !== '') {
      const { payload, from } = await made.target.expect(ws.leave);
      expect(payload).toEqual({ client_pid: made.pid, reason: leave, metadata: {} });
      expect(from).toBe(made.pid);
    }
    await settled();
    const topics = made.target.messages.map(({ topic }) => topic);
    expect(topics).toEqual(leave === '' ? ['ws.join'] : ['ws.join', 'ws.leave']);
    expect(made.relay.count).toBe(0);
    expect(made.system.processes().some(({ pid }) => pid === made.pid)).toBe(false);
  });

  it('m: with 1013 when its target refuses a frame (M11)', async () => {
    const running = await serve({
      relay: { flowControl: false },
      routes: relayTo(() => target),
    });
    const target = running.system.spawn(() => NEVER);
    const client = await open(running.port, '/ws');
    for (let i = 0; i < 10_001; i++) client.socket.send('x');

    expect(await within(client.closed, 'the close')).toEqual({
      code: 1013,
      reason: 'target overloaded',
    });
  });

  it('m: and disturbs no other connection', async () => {
    const made = await scene({ maxBuffered: 256 * 1024, closeTimeout: 50 });
    const other = await open(made.port, '/ws?other=1');
    const { payload } = await made.target.expect(ws.join);
    await flood(made);
    made.target.self.send(payload.client_pid, ws.send, { data: 'still here' });

    expect(await other.next()).toBe('still here');
    // The one that does not read is cut off in the end, and its reason stays the first (Z3).
    expect(shown(await made.exit)).toBe('error 1013 slow consumer');
  });

  it('after the close timeout when the client does not answer; code and reason stay (Z3)', async () => {
    const running = await serve({ relay: { closeTimeout: 30 }, routes: relayTo(() => target.pid) });
    const { system } = running;
    const target = probe(system);
    const raw = new Raw(running.port).write(handshake('/ws'));
    const { payload } = await target.expect(ws.join);
    const pid = payload.client_pid;
    const ended = exitOf(system, pid);
    system.send(pid, ws.close, { code: 4000, reason: 'kicked' });
    await raw.until(/kicked/);

    expect(shown(await ended)).toBe('normal 4000 kicked');
    expect((await target.expect(ws.leave)).payload.reason).toBe('kicked');
    await raw.end();
  });
});
