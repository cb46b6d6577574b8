import { describe, expect, it } from '@jest/globals';
import { channel, createWebSocketManager, WebSocketMessage } from '../../../lib/channels/index.js';
import { insideOf } from '../../../lib/core/index.js';
import { createSystem } from '../../../lib/index.js';
import { idle, quiet, turns } from '../../support/runtime.js';
import { scene, V1 } from './clients.js';

const PING = WebSocketMessage.ping();
const HELLO = WebSocketMessage.text('hello');

describe('stats', () => {
  it('begin with nothing (CL2)', () => {
    const { manager, system } = scene();
    system.advance('5s');

    expect(manager.stats()).toEqual({
      ...{ admin: 1, at: 5_000, uptime_ms: 5_000 },
      connections: { total: 0, active: 0, idle: 0, opened: 0 },
      channels: { total: 0, with_subscribers: 0, subscriptions: 0, processes: 0 },
      presence: { keys: 0, entries: 0, lingering: 0 },
      history: { streams: 0, messages: 0, bytes: 0, recovered: 0, lost: {} },
      messages: {
        ...{ sent: 0, received: 0, broadcast: 0 },
        ...{ sent_per_second: 0, received_per_second: 0, broadcast_per_second: 0 },
      },
      ...{ drops: {}, closed: {} },
      process: {
        rss: expect.any(Number),
        heap: expect.any(Number),
        event_loop_p99_ms: null,
      },
    });
  });

  it('count channels, and who is in them, processes and other ids among them (CL2)', () => {
    const { manager, connect, system } = scene();
    const [ann, bob] = [connect(), connect()];
    manager.channels.createChannel(channel('empty'));
    for (const id of [ann.pid, bob.pid, system.spawn(idle)]) manager.channels.subscribe('a', id);
    for (const id of [ann.pid, 'guest']) manager.channels.subscribe('b', id);

    const channels = { total: 3, with_subscribers: 2, subscriptions: 5, processes: 0 };
    expect(manager.stats().channels).toEqual(channels);
    bob.ends();
    expect(manager.stats().channels).toEqual({ ...channels, subscriptions: 4 });
    expect(manager.stats().connections).toMatchObject({ total: 1, opened: 2 });
  });

  it.each<{ what: string; act: (given: ReturnType<typeof scene>, at: number) => void }>([
    { what: 'a message from it', act: () => {} },
    { what: 'a broadcast', act: ({ manager }) => void manager.broadcast(HELLO) },
    { what: 'a channel’s message', act: ({ manager }) => void manager.sendToChannel('a', HELLO) },
    {
      what: 'one to it alone',
      act: ({ manager }) => {
        for (const id of manager.getConnectionIds()) manager.sendToConnection(id, HELLO);
      },
    },
  ])('take a connection as active for 60 s after $what (CL3)', ({ what, act }) => {
    const given = scene();
    const { manager, connect, system } = given;
    const client = connect(V1);
    manager.channels.subscribe('a', client.pid);
    system.advance('70s');
    expect(manager.stats().connections).toMatchObject({ active: 0, idle: 1 });

    if (what === 'a message from it') client.says('hello');
    act(given, 0);

    expect(manager.stats().connections).toMatchObject({ active: 1, idle: 0 });
    system.advance('59s');
    expect(manager.stats().connections).toMatchObject({ active: 1, idle: 0 });
    system.advance('2s');
    expect(manager.stats().connections).toMatchObject({ active: 0, idle: 1 });
  });

  it('take no ping of the server as activity, neither a heartbeat nor that of pingAll (CL3)', () => {
    const { manager, connect, system } = scene();
    const [v1] = [connect(V1), connect()];
    system.advance('2m');
    expect(v1.heard()).toEqual(['ping', 'ping', 'ping', 'ping']);
    expect(manager.stats().connections).toMatchObject({ active: 0, idle: 2 });

    manager.broadcast(PING);
    manager.pingAll();

    expect(v1.heard()).toEqual(['ping', 'ping']);
    expect(manager.stats().connections).toMatchObject({ active: 0, idle: 2 });
  });

  it('count messages, and a second’s share of the last ten (CL3)', () => {
    const { manager, connect, system } = scene();
    const [client] = [connect(), connect()];
    system.advance('20s');
    const { sent, received } = manager.stats().messages;
    const rates = () => {
      const messages = manager.stats().messages;
      return [
        messages.sent_per_second,
        messages.received_per_second,
        messages.broadcast_per_second,
      ];
    };
    expect([sent, received, rates()]).toEqual([2, 0, [0, 0, 0]]);

    for (let i = 0; i < 10; i++) manager.broadcast(HELLO);
    for (let i = 0; i < 5; i++) client.says('hello');
    expect(manager.stats().messages).toMatchObject({ sent: 22, received: 5, broadcast: 10 });
    expect(rates()).toEqual([2, 0.5, 1]);
    system.advance('9s');
    manager.broadcast(HELLO);
    expect(rates()).toEqual([2.2, 0.5, 1.1]);
    system.advance('1s');
    expect(rates()).toEqual([0.2, 0, 0.1]);
    system.advance('10s');
    expect(rates()).toEqual([0, 0, 0]);
  });

  it('count what is dropped, by reason, that of its routes as well (CL2)', () => {
    const { manager, connect } = scene();
    const client = connect();
    manager.closeConnection(client.pid);
    client.says('too late');
    const drops = { closing: 2, overflow: 3 };
    const limits = { maxConnections: 1, maxPayload: 1, maxBuffered: 1 };
    manager[insideOf].mounts.push({ endpoints: [], origins: [], limits, drops: () => drops });

    expect(manager.stats().drops).toEqual({ closing: 3, overflow: 3 });
  });

  it('tell of memory and the event loop, which is watched from the first call on (CL2)', async () => {
    const system = quiet();
    const manager = createWebSocketManager(system);
    expect(manager.stats().process.event_loop_p99_ms).toBe(null);
    const deadline = performance.now() + 4_000;
    let lag = 0;
    while (lag < 20 && performance.now() < deadline) {
      // The event loop is held up, and turns, and that several times, as what is measured is between two ticks.
      for (let i = 0; i < 4; i++) {
        for (const end = performance.now() + 50; performance.now() < end; );
        await turns(2);
      }
      lag = manager.stats().process.event_loop_p99_ms ?? 0;
    }
    const { rss, heap } = manager.stats().process;

    expect(lag).toBeGreaterThanOrEqual(20);
    expect(heap).toBeGreaterThan(1e6);
    expect(rss).toBeGreaterThan(heap / 2);
    await system.shutdown();
  });
});

describe('info', () => {
  it('says what a server is, without routes as well (CL2)', () => {
    const { manager, system } = scene({
      channels: [channel('chat:*', { isPrivate: true }), channel('lobby', { presence: true })],
      limits: { channels: 7 },
    });
    manager.channels.createChannel(channel('own', { isPrivate: true }));
    manager.channels.subscribe('only subscribed', 'someone');
    system.advance('1m');

    expect(manager.info()).toEqual({
      admin: 1,
      info: {
        ...{ name: 'rx-process', version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
        ...{ pid: process.pid, node: process.version, uptime_ms: 60_000 },
      },
      endpoints: [],
      protocols: ['rx-process.v1', 'plain'],
      features: [
        'connections',
        'broadcasting',
        'channels',
        'presence',
        'history',
        'requests',
        'resume',
      ],
      channels: [
        { pattern: 'lobby', private: false, process: false, presence: true, history: null },
        { pattern: 'chat:*', private: true, process: false, presence: false, history: null },
        { pattern: 'own', private: true, process: false, presence: false, history: null },
      ],
      limits: { connections: null, payload: null, channels: 7, buffered: null },
      origins: [],
    });
  });

  it('adds up what its routes say of themselves (CL2)', () => {
    const { manager } = scene();
    const mount = (path: string, maxConnections: number, origin: string) => ({
      endpoints: [{ path, kind: 'main' as const }],
      limits: { maxConnections, maxPayload: 1_000, maxBuffered: 2_000 },
      origins: [origin],
      drops: () => ({}),
    });
    const { mounts } = manager[insideOf];
    mounts.push(mount('/ws', 10, 'https://a.example'), mount('/live', 5, 'https://a.example'));

    expect(manager.info()).toMatchObject({
      endpoints: [
        { path: '/ws', kind: 'main' },
        { path: '/live', kind: 'main' },
      ],
      limits: { connections: 15, payload: 1_000, buffered: 2_000 },
      origins: ['https://a.example'],
    });
    mounts.push(mount('/all', Number.POSITIVE_INFINITY, '*'));
    expect(manager.info()).toMatchObject({
      limits: { connections: null },
      origins: ['https://a.example', '*'],
    });
  });

  it('tells at most 1,000 definitions (CL4)', () => {
    const channels = Array.from({ length: 1_001 }, (_, i) => channel(`c${i}`));

    const manager = createWebSocketManager(createSystem({ logger: false }), { channels });

    expect(manager.info().channels).toHaveLength(1_000);
  });
});
