import { afterEach, describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { type RelayStats, setRelay, ws } from '../../lib/express/index.js';
import type { Pid } from '../../lib/index.js';
import { Hub, type SocketEvent } from '../../lib/relay/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { cleanUp, echo, handshake, open, Raw, refusal, serve } from '../express/support.js';
import { door } from '../http/support.js';
import { idle } from '../support/runtime.js';
import { connect, frame } from './connected.js';
import { exitOf, scene } from './scene.js';

afterEach(cleanUp);

const NOTHING: RelayStats = {
  ...{ connections: 0, opened: 0, messagesIn: 0, bytesIn: 0, messagesOut: 0, bytesOut: 0 },
  ...{ upgrades: {}, drops: {}, closes: {} },
};

describe('relay.stats', () => {
  it('counts connections, messages, bytes and close codes (I13)', async () => {
    const { relay, port, system } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => void setRelay(res, { target: echo }).end());
      },
    });
    expect(relay.stats()).toEqual(NOTHING);
    const before = relay.stats();
    const client = await open(port, '/ws');
    const other = await open(port, '/ws');
    for (const text of ['a', 'bc', 'ü', 'x'.repeat(200)]) await client.ask(text);
    const [{ pid } = { pid: '' as Pid }] = relay.connections();

    expect(relay.stats()).toEqual({
      ...{ ...NOTHING, connections: 2, opened: 2, upgrades: { 101: 2 } },
      // What goes out has 2 bytes of head, and 4 from 126 bytes on.
      ...{ messagesIn: 4, bytesIn: 205, messagesOut: 4, bytesOut: 205 + 3 * 2 + 4 },
    });
    expect(before).toEqual(NOTHING);
    const ended = [exitOf(system, pid), exitOf(system, relay.connections()[1]?.pid as Pid)];
    client.socket.close(4001);
    other.socket.terminate();
    await Promise.all(ended);
    expect(relay.stats()).toMatchObject({
      ...{ connections: 0, opened: 2, closes: { 4001: 1, 1006: 1 } },
    });
  });

  it('counts the close codes of ends that had no frame of their own (I13)', async () => {
    const { relay, system, pid, exit } = await scene();
    system.terminate(pid);
    await exit;
    expect(relay.stats().closes).toEqual({ 1006: 1 });

    const linked = await scene();
    linked.system.spawn((_, self) => {
      self.link(linked.pid);
      throw new Error('boom');
    });
    await linked.exit;
    expect(linked.relay.stats().closes).toEqual({ 1011: 1 });
  });

  it('counts the code that a client was sent, not the one of the connection it ended with (I13, cause g)', () => {
    const system = testSystem();
    const hub = new Hub(system);
    const target = system.spawn(idle);
    const [ann, bob] = [connect(hub, system, target), connect(hub, system, target)];
    system.spawn((_, self) => {
      self.link(ann.pid);
      self.link(bob.pid);
      return NEVER;
    });
    system.flush();
    ann.client.next({ type: 'closed', code: 1006, reason: '' });
    system.flush();
    bob.client.next({ type: 'closed', code: 1011, reason: '' });
    system.flush();

    expect(hub.counters.stats(hub.count).closes).toEqual({ 1006: 1, 1011: 1 });
  });

  it('is frozen, with all that is in it (I13)', async () => {
    const { relay } = await door(() => undefined);
    const stats = relay.stats();

    for (const each of [stats, stats.upgrades, stats.drops, stats.closes]) {
      expect(Object.isFrozen(each)).toBe(true);
    }
  });

  it.each<{ what: string; headers?: Record<string, string>; path?: string; status: number }>([
    { what: 'its handler refuses', path: '/ws/no', status: 401 },
    { what: 'its target is dead', path: '/ws/dead', status: 404 },
    { what: 'its handler answers at length', path: '/ws/page', status: 200 },
    { what: 'its page is foreign', headers: { Origin: 'https://a.example' }, status: 403 },
    { what: 'it is no handshake', headers: { 'Sec-WebSocket-Version': '8' }, status: 400 },
    { what: 'its handler does not answer', path: '/ws/never', status: 503 },
  ])('counts an upgrade once by its status where $what (I13)', async (row) => {
    const { path = '/ws/a', headers, status } = row;
    const { relay, port } = await serve({
      relay: { handshakeTimeout: 20 },
      routes: (app) => {
        app.get('/ws/a', (_req, res) => void setRelay(res, { target: echo }).end());
        app.get('/ws/no', (_req, res) => void res.status(401).end());
        app.get('/ws/page', (_req, res) => {
          res.write('a');
          res.end('b');
        });
        app.get('/ws/dead', (_req, res) => {
          setRelay(res, { target_pid: '{main|0xdead}' }).end();
        });
        app.get('/ws/never', () => {});
      },
    });
    await new Raw(port).write(handshake(path, headers)).end();

    expect(relay.stats()).toEqual({ ...NOTHING, upgrades: { [status]: 1 } });
  });

  it('counts the answers of relayUpgrades as well (I13)', async () => {
    const answers = [undefined, { status: 302 }, { target: echo }];
    const { relay, port } = await door(() => answers.shift());
    expect((await refusal(port, '/')).status).toBe(404);
    expect((await refusal(port, '/')).status).toBe(302);
    await open(port, '/');
    expect((await refusal(port, '/', { origin: 'https://a.example' })).status).toBe(403);

    expect(relay.stats().upgrades).toEqual({ 404: 1, 302: 1, 101: 1, 403: 1 });
  });

  it('counts no answer where the client has left before it (I13)', async () => {
    let asked = (): void => {};
    const arrived = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const { relay, port } = await door(() => {
      asked();
      return new Promise(() => {});
    });
    const client = new Raw(port).write(handshake('/'));
    await arrived;
    client.socket.destroy();
    await client.closed;

    expect(relay.stats().upgrades).toEqual({});
  });

  it('counts drops by reason (I13)', async () => {
    const system = testSystem({ mailbox: { capacity: 2 } });
    const hub = new Hub(system, { flowControl: false });
    const target = system.spawn(idle);
    const { client, pid } = connect(hub, system, target);
    system.flush();
    for (const text of ['a', 'b', 'c']) client.next(frame(text) as SocketEvent);
    system.flush();
    system.send(pid, ws.send, { data: 'late' });
    system.flush();

    expect(hub.refuses(hub.find(target) as never)).toBe(true);
    expect(hub.counters.stats(hub.count).drops).toEqual({ overflow: 1, closing: 1, busy: 1 });
  });
});
