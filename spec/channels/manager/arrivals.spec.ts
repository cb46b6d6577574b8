import { describe, expect, it } from '@jest/globals';
import { readLimits } from '../../../lib/channels/definitions/limitOptions.js';
import { channel, createWebSocketManager, WebSocketMessage } from '../../../lib/channels/index.js';
import { HEARTBEAT } from '../../../lib/channels/manager/heartbeat.js';
import { MAX_BATCH } from '../../../lib/codec/index.js';
import { collect, idle } from '../../support/runtime.js';
import { Scene } from '../scene.js';

const ID = /^[\w-]{22}$/;

describe('a connection', () => {
  it('is welcomed in the dialect of the page, first of all (B4)', () => {
    const scene = new Scene();

    expect(scene.connectPlain().texts).toEqual([
      '{"type":"system","payload":"WebSocket connected","timestamp":0}',
    ]);
    expect(scene.connectPlain({ channel: 'chat:room1' }).texts).toEqual([
      '{"type":"system","payload":"Connected to channel: chat:room1","timestamp":0}',
    ]);
    expect(scene.manager.channels.subscriberCount('chat:room1')).toBe(1);
  });

  it('is told in v1 who it is and what it may do (CP20)', () => {
    const { pending, channels } = readLimits();
    const client = new Scene().connect({ channel: 'a' });

    expect(client.frames).toEqual([
      {
        hello: {
          version: 1,
          id: expect.stringMatching(ID),
          session: expect.stringMatching(ID),
          heartbeat: HEARTBEAT,
          limits: { payload: 1_000, batch: MAX_BATCH, pending, channels },
        },
        type: 'system',
        payload: 'Connected to channel: a',
      },
      { channel: 'a', type: 'event', payload: { event: 'rx:subscribed', data: {} } },
    ]);
  });

  it('is found by its public id, which is not its PID (CP20)', () => {
    const client = new Scene().connect();
    const { hello } = client.frames[0] ?? {};
    const { manager } = client.scene;

    expect(manager.pidOf(hello.id)).toBe(client.pid);
    expect(manager.pidOf(hello.session)).toBeUndefined();
    client.leaves();
    expect(manager.pidOf(hello.id)).toBeUndefined();
  });

  it('is welcomed before whatever they send who hear of it (B4)', () => {
    const scene = new Scene();
    const { manager } = scene;
    const text = (payload: string) => WebSocketMessage.text(payload);
    manager.channel('a').members$.subscribe(() => manager.sendToChannel('a', text('hi, a')));
    manager.connections$.subscribe(({ connection }) =>
      manager.sendToConnection(connection.pid, text('hi, all')),
    );

    expect(scene.connectPlain({ channel: 'a' }).brief).toEqual([
      ...['Connected to channel: a', 'hi, all', 'hi, a'],
    ]);
  });

  it('is in the channel of its path before anybody hears of it (B4)', () => {
    const scene = new Scene();
    const { channels, connections$ } = scene.manager;
    const seen = collect(connections$, ({ type, connection, count, code, reason }) => {
      return { type, count, code, reason, in: channels.getSubscribedChannels(connection.pid) };
    });

    scene.connectPlain({ channel: 'a' }).leaves(4000);

    expect(seen).toEqual([
      { type: 'joined', count: 1, in: ['a'] },
      { type: 'left', count: 0, code: 4000, reason: expect.any(String), in: [] },
    ]);
  });

  it('of a handler of your own speaks the dialect of the page (CP3)', () => {
    const scene = new Scene();

    const client = scene.enter({ metadata: { user: 'ann', id: 'x'.repeat(22) } });
    scene.system.flush();

    expect(client.brief).toEqual(['WebSocket connected']);
    expect(scene.manager.getConnectionMetadata(client.pid)).toMatchObject({
      identity: undefined,
      protocol: 'plain',
      metadata: { user: 'ann' },
    });
  });

  it('that never comes is not expected for ever, also where the mailbox is full', () => {
    const scene = new Scene();
    const { outcome } = scene.ask();
    const id = (outcome as { id: string }).id;
    expect(scene.held.arrivals).toBe(1);
    for (let i = 0; i < 20_000; i++) scene.system.send(scene.manager.pid, 'noise', i);

    scene.inside.arrivals.forget(id);
    scene.system.flush();

    expect(scene.held.arrivals).toBe(0);
  });

  it('is forgotten where the manager has ended meanwhile', () => {
    const scene = new Scene();
    const { outcome } = scene.ask();
    scene.system.terminate(scene.manager.pid);
    scene.system.flush();

    scene.inside.arrivals.forget((outcome as { id: string }).id);

    expect(scene.held.arrivals).toBe(0);
    expect(scene.events).toEqual([]);
  });

  it('that has ended before its turn leaves nothing behind', () => {
    const scene = new Scene();
    const { outcome } = scene.ask({ channel: 'a' });
    const client = scene.enter((outcome as { relay: object }).relay);

    client.leaves();
    scene.inside.arrivals.forget((outcome as { id: string }).id);
    scene.system.flush();

    const none = { members: 0, publicIds: 0, departures: 0, arrivals: 0, asked: 0, connections: 0 };
    expect(scene.held).toEqual(none);
    expect(scene.manager.channels.subscriberCount('a')).toBe(0);
  });

  it('is out of everything while another process has it, and comes back as who it was (X3)', () => {
    const scene = new Scene();
    const client = scene.connect({ channel: 'a', connect: () => ({ identity: 'ann' }) });
    const other = scene.system.spawn(idle);
    const before = scene.manager.getConnectionMetadata(client.pid);

    scene.system.send(client.pid, 'ws.control', { target_pid: other });
    scene.system.flush();
    client.texts;
    scene.manager.broadcast(WebSocketMessage.text('x'));
    expect([scene.held.members, client.texts]).toEqual([0, []]);
    expect(scene.manager.channels.subscriberCount('a')).toBe(0);
    scene.system.send(client.pid, 'ws.control', { target_pid: scene.manager.pid });
    scene.system.flush();

    expect(scene.manager.getConnectionMetadata(client.pid)).toBe(before);
    expect(client.frames).toMatchObject([
      { hello: { id: before?.id, limits: { payload: 1_000 } } },
    ]);
    client.leaves();
    expect(scene.held).toMatchObject({ members: 0, publicIds: 0, departures: 0 });
  });

  it('goes from one manager to another of the same system (X3)', () => {
    const scene = new Scene();
    const second = createWebSocketManager(scene.system, { name: 'second' });
    const client = scene.connectPlain({ channel: 'a' });
    second.channels.createChannel(channel('a'));

    scene.system.send(client.pid, 'ws.control', { target_pid: second.pid });
    scene.system.flush();
    client.command('subscribe', { channel: 'a' });
    expect([scene.manager.connectionCount(), second.connectionCount()]).toEqual([0, 1]);
    expect(second.channels.getSubscribers('a')).toEqual([client.pid]);
    client.leaves();

    expect(second.connectionCount()).toBe(0);
    expect(second.channels.subscriberCount('a')).toBe(0);
  });
});

describe('the heartbeat', () => {
  it('is a ping to who has heard nothing for 25 s, in v1 only (CP21)', () => {
    const scene = new Scene();
    const [client, busy, plain] = [scene.connect(), scene.connect(), scene.connectPlain()];
    for (const each of [client, busy, plain]) each.texts;

    scene.system.advance('20s');
    busy.sends({ type: 'ping' });
    scene.system.advance('5s');

    expect(client.texts).toEqual(['{"type":"ping","timestamp":25}']);
    expect(busy.brief).toEqual(['pong']);
    scene.system.advance('20s');
    expect(busy.brief).toEqual(['ping']);
    expect(plain.texts).toEqual([]);
    client.sends({ type: 'pong' });
    expect(client.texts).toEqual([]);
  });

  it('has no timer where nobody speaks v1 (CP21)', () => {
    const scene = new Scene();
    scene.connectPlain();
    scene.connect().leaves();

    scene.system.advance('1h');

    expect(scene.inside.heartbeat.isRunning).toBe(false);
  });
});
