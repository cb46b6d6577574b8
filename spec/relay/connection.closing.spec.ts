import { afterEach, describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { type RelayOptions, ws } from '../../lib/express/index.js';
import { probe } from '../../lib/testing/live/probe.js';
import { type Client, cleanUp, handshake, open, Raw, serve, within } from '../express/support.js';
import { settled, turns } from '../support/runtime.js';
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
    await turns(1);
  }
}

describe('a connection closes', () => {
  const gone = 'target process exited';
  interface Row {
    cause: string;
    deed: (scene: Scene) => unknown;
    /** What the client sees. */
    seen: string;
    /** What the target is told; '' when it is dead. */
    leave: string;
    /** What a monitor gets. */
    exit: string;
    relay?: RelayOptions;
    connect?: object;
  }
  it.each<Row>([
    {
      cause: 'a: client close',
      deed: ({ client }) => client.socket.close(1000, 'bye'),
      seen: '1000 bye',
      leave: 'bye',
      exit: 'normal 1000 bye',
    },
    {
      cause: 'a: client close without a code',
      deed: ({ client }) => client.socket.close(),
      seen: '1005',
      leave: 'client closed',
      exit: 'normal 1005',
    },
    {
      cause: 'a: client close of an abnormal class',
      deed: ({ client }) => client.socket.close(1011, 'oops'),
      seen: '1011 oops',
      leave: 'oops',
      exit: 'error 1011 oops',
    },
    {
      cause: 'b: socket lost',
      deed: ({ client }) => client.socket.terminate(),
      seen: '1006',
      leave: 'connection lost',
      exit: 'error 1006 connection lost',
    },
    {
      cause: 'c: ws.close',
      deed: ({ target, pid }) => target.self.send(pid, ws.close, { code: 4001, reason: 'kicked' }),
      seen: '4001 kicked',
      leave: 'kicked',
      exit: 'normal 4001 kicked',
    },
    {
      cause: 'c: ws.close of an abnormal class',
      deed: ({ target, pid }) => target.self.send(pid, ws.close, { code: 1008, reason: 'no' }),
      seen: '1008 no',
      leave: 'no',
      exit: 'error 1008 no',
    },
    {
      cause: 'c: ws.close with a wrong code (W4)',
      deed: ({ target, pid }) => target.self.send(pid, ws.close, { code: 1006 }),
      seen: '1011',
      leave: 'closed by server',
      exit: 'error 1011',
    },
    {
      cause: 'd: target exits normally',
      deed: ({ target }) => target.self.exit('normal'),
      seen: `1000 ${gone}`,
      leave: '',
      exit: `normal 1000 ${gone}`,
    },
    {
      cause: 'e: target is shut down',
      deed: ({ target }) => target.self.exit('shutdown'),
      seen: `1001 ${gone}`,
      leave: '',
      exit: `normal 1001 ${gone}`,
    },
    {
      cause: 'f: target crashes',
      deed: ({ target }) => target.self.exit(new Error('secret')),
      seen: `1011 ${gone}`,
      leave: '',
      exit: `error 1011 ${gone}`,
    },
    {
      cause: 'f: target is killed',
      deed: ({ system, target }) => system.terminate(target.pid),
      seen: `1011 ${gone}`,
      leave: '',
      exit: `error 1011 ${gone}`,
    },
    {
      cause: 'g: a linked process crashes',
      deed: ({ system, pid }) => {
        const { self } = probe(system);
        self.link(pid);
        self.exit(new Error('boom'));
      },
      seen: '1011 linked process exited',
      leave: 'linked process exited',
      exit: 'error boom',
    },
    {
      cause: 'h: cancel',
      deed: ({ system, pid }) => system.cancel(pid),
      seen: '1001 cancelled',
      leave: 'cancelled',
      exit: 'normal 1001 cancelled',
    },
    {
      cause: 'h: cancel with a reason',
      deed: ({ system, pid }) => system.cancel(pid, { reason: 'maintenance' }),
      seen: '1001 maintenance',
      leave: 'maintenance',
      exit: 'normal 1001 maintenance',
    },
    {
      cause: 'i: terminate',
      deed: ({ system, pid }) => system.terminate(pid),
      seen: '1006',
      leave: 'terminated',
      exit: 'killed',
    },
    {
      cause: 'j: the relay shuts down',
      deed: ({ relay }) => relay.shutdown(),
      seen: '1001 server shutting down',
      leave: 'server shutting down',
      exit: 'normal 1001 server shutting down',
    },
    {
      cause: 'j: the host stops',
      deed: ({ system }) => system.hosts.stop('relay'),
      seen: '1001 server shutting down',
      leave: 'server shutting down',
      exit: 'normal 1001 server shutting down',
    },
    {
      cause: 'k: protocol error',
      deed: ({ client }) => sendRaw(client, 0x83, 0x80, 0, 0, 0, 0),
      seen: '1002',
      leave: 'protocol error',
      exit: 'error 1002 protocol error',
    },
    {
      cause: 'k: invalid UTF-8',
      deed: ({ client }) => sendRaw(client, 0x81, 0x81, 0, 0, 0, 0, 0xff),
      seen: '1007',
      leave: 'invalid payload',
      exit: 'error 1007 invalid payload',
    },
    {
      cause: 'k: message too big',
      deed: ({ client }) => client.socket.send('x'.repeat(1_001)),
      seen: '1009',
      leave: 'message too big',
      exit: 'error 1009 message too big',
      relay: { maxPayload: 1_000 },
    },
    {
      cause: 'l: no pong in time',
      deed: () => {},
      seen: '1006',
      leave: 'ping timeout',
      exit: 'error 1006 ping timeout',
      relay: { pingInterval: 20 },
      connect: { autoPong: false },
    },
    {
      cause: 'm: slow consumer',
      deed: async (scene) => {
        await flood(scene);
        scene.client.socket.resume();
      },
      seen: '1013 slow consumer',
      leave: 'slow consumer',
      exit: 'error 1013 slow consumer',
      relay: { maxBuffered: 256 * 1024 },
    },
  ])('$cause', async ({ deed, seen, leave, exit, relay, connect }) => {
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
    await settled(made.system);
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
