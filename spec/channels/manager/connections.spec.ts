import { describe, expect, it } from '@jest/globals';
import {
  type Connection,
  createWebSocketManager,
  WebSocketMessage,
  websocketManager,
} from '../../../lib/channels/index.js';
import type { Room } from '../../../lib/channels/table/room.js';
import { insideOf } from '../../../lib/core/index.js';
import type { Pid, System } from '../../../lib/index.js';
import { collect, idle, refused, tables } from '../../support/runtime.js';
import { type Client, type Scene, scene, V1 } from './clients.js';

describe('connections', () => {
  it('are listed in the order in which they came, by their PIDs (B-table)', () => {
    const { manager, connect, system } = scene();
    const [ann, bob, cid] = [connect(), connect(), connect()];
    const ids = manager.getConnectionIds();

    expect(ids).toEqual([ann.pid, bob.pid, cid.pid]);
    expect(manager.connectionCount()).toBe(3);
    bob.ends();
    system.flush();
    expect(manager.getConnectionIds()).toEqual([ann.pid, cid.pid]);
    expect(manager.connectionCount()).toBe(2);
    expect(ids).toHaveLength(3);
  });

  it('have metadata as long as they are there (B-table)', () => {
    const { manager, connect, system } = scene();
    system.advance('90s');
    const metadata = { plan: 'gold' };
    const known = { identity: 'ann', address: '192.0.2.7', userAgent: 'curl/8', metadata };
    const client = connect({ ...known, ...V1 });

    const connection = manager.getConnectionMetadata(client.pid) as Connection;
    expect({ ...connection }).toEqual({
      ...{ ...known, pid: client.pid, connectedAt: 90_000, protocol: 'rx-process.v1' },
      id: expect.stringMatching(/^[\w-]{22}$/),
    });
    expect(manager.pidOf(connection.id)).toBe(client.pid);
    client.ends();
    expect(manager.getConnectionMetadata(client.pid)).toBeUndefined();
    expect(manager.pidOf(connection.id)).toBeUndefined();
    expect(manager.pidOf('nobody')).toBeUndefined();
  });

  it.each<{ what: string; close: (given: Scene, client: Client) => void; frame: object }>([
    {
      what: 'closeConnection',
      close: ({ manager }, { pid }) => manager.closeConnection(pid),
      frame: { code: 1000, reason: '' },
    },
    {
      what: 'closeConnection with a code',
      close: ({ manager }, { pid }) => manager.closeConnection(pid, 4403, 'banned'),
      frame: { code: 4403, reason: 'banned' },
    },
    {
      what: 'closeAll',
      close: ({ manager }) => manager.closeAll(),
      frame: { code: 1001, reason: '' },
    },
    {
      what: 'closeAll with a code',
      close: ({ manager }) => manager.closeAll(1012, 'restart'),
      frame: { code: 1012, reason: 'restart' },
    },
  ])('are really closed by $what, and off the lists at once (B-table)', ({ close, frame }) => {
    const given = scene();
    const { manager, connect, events } = given;
    const client = connect();
    manager.channels.subscribe('a', client.pid);

    close(given, client);

    expect(manager.getConnectionIds()).toEqual([]);
    expect(manager.getConnectionMetadata(client.pid)).toBeUndefined();
    expect(manager.channels.getSubscribers('a')).toEqual([]);
    client.says('too late');
    expect(client.socket.actions.at(-1)).toEqual({ type: 'close', ...frame });
    expect(events.at(-1)).toMatchObject({ type: 'drop', pid: client.pid, reason: 'closing' });
  });

  it('are closed once each, where all are and some are already (B-table)', () => {
    const { manager, connect, system } = scene();
    const clients = [connect(), connect(V1), connect()];
    manager.connections$.subscribe(() => manager.closeAll());
    manager.closeConnection(clients[1]?.pid as Pid, 1000);
    manager.closeAll();
    system.flush();
    for (const client of clients) client.ends(1001);

    const closes = clients.flatMap(({ socket }) =>
      socket.actions.filter(({ type }) => type === 'close'),
    );
    expect(closes.map((action) => 'code' in action && action.code)).toEqual([1001, 1000, 1001]);
    expect(manager.connectionCount()).toBe(0);
  });

  it.each([
    { what: 'a code of nobody', code: 42, reason: '' },
    { what: 'a code that is never sent', code: 1006, reason: '' },
    { what: 'a reason that is no text', code: 1000, reason: 7 as never },
  ])('are not closed with $what', ({ code, reason }) => {
    const { manager, connect } = scene();
    const { pid } = connect();

    expect(() => manager.closeConnection(pid, code, reason)).toThrow(refused('Invalid'));
    expect(() => manager.closeAll(code, reason)).toThrow(refused('Invalid'));
    expect(manager.connectionCount()).toBe(1);
    expect(() => manager.closeConnection('nobody')).not.toThrow();
  });

  it('are counted by their close code, whoever closed them (CL2)', () => {
    const { manager, connect, system } = scene();
    const [byClient, lost, byManager, byAll] = [connect(), connect(), connect(V1), connect()];
    byClient.ends(1000);
    lost.ends();
    manager.closeConnection(byManager.pid, 4403);
    byManager.ends(4403);
    manager.closeAll();
    byAll.ends(1001);
    system.flush();

    expect(manager.stats().closed).toEqual({ 1000: 1, 1001: 1, 1006: 1, 4403: 1 });
    expect(manager.stats().connections).toEqual({ total: 0, active: 0, idle: 0, opened: 4 });
  });

  it('tell when they join and leave, with count, code and reason (B-table)', () => {
    const { manager, connect, system } = scene();
    const seen = collect(manager.connections$, ({ connection, ...rest }) => ({
      who: connection.identity,
      ...rest,
    }));
    const [ann, bob, cid] = [
      connect({ identity: 'ann' }),
      connect({ identity: 'bob' }),
      connect({ identity: 'cid' }),
    ];
    ann.ends(1001);
    manager.closeConnection(bob.pid, 4403, 'banned');
    system.flush();
    bob.ends(4403);
    cid.goesTo(system.spawn(idle));

    expect(seen).toEqual([
      { type: 'joined', who: 'ann', count: 1 },
      { type: 'joined', who: 'bob', count: 2 },
      { type: 'joined', who: 'cid', count: 3 },
      { type: 'left', who: 'ann', count: 2, code: 1001, reason: 'client closed' },
      { type: 'left', who: 'bob', count: 1, code: 4403, reason: 'banned' },
      { type: 'left', who: 'cid', count: 0, reason: 'transferred' },
    ]);
  });

  it('that were handed over and come back are there anew, in their dialect (X1)', () => {
    const { manager, connect, system } = scene();
    const client = connect({ ...V1, identity: 'ann' });
    manager.channels.subscribe('a', client.pid);
    const { id } = manager.getConnectionMetadata(client.pid) as Connection;
    client.goesTo(system.spawn(idle));
    expect(manager.connectionCount()).toBe(0);
    client.read();

    client.goesTo(manager.pid);

    expect(manager.getConnectionIds()).toEqual([client.pid]);
    expect(manager.getConnectionMetadata(client.pid)).toMatchObject({ id, identity: 'ann' });
    expect(manager.channels.getSubscribedChannels(client.pid)).toEqual([]);
    expect(JSON.parse(client.read()[0] as string).hello).toMatchObject({ version: 1, id });
  });
});

/** Where a connection is found. */
function traces({ manager, system }: Scene, pid: Pid): unknown[] {
  const { channels } = manager;
  return [
    manager.getConnectionIds().includes(pid),
    manager.getConnectionMetadata(pid),
    manager[insideOf].broker.publicIds.size,
    channels.listChannels().flatMap((name) => channels.getSubscribers(name)),
    channels.getSubscribedChannels(pid),
    channels.subscriberCount('a') + channels.subscriberCount('b'),
    (system as System).groups.members('channel:a'),
    manager.broadcast(WebSocketMessage.ping()),
  ];
}

describe('the end of a connection', () => {
  it.each<{ what: string; end: (given: Scene, client: Client) => void }>([
    { what: 'is lost', end: (_, client) => client.ends() },
    { what: 'closes', end: (_, client) => client.ends(1000) },
    { what: 'is terminated', end: ({ system }, { pid }) => void system.terminate(pid) },
    {
      what: 'is closed by the manager',
      end: ({ manager }, client) => {
        manager.closeConnection(client.pid);
        client.ends(1000);
      },
    },
  ])(
    'takes it off every list before its EXIT can be observed, when it $what (B8, B33)',
    ({ end }) => {
      const given = scene();
      const { manager, system, connect } = given;
      const client = connect(V1);
      for (const name of ['a', 'b']) manager.channels.subscribe(name, client.pid);
      const seen: unknown[] = [];
      const nowhere = [false, undefined, 0, [], [], 0, [], 0];
      const look = (): void => void seen.push(traces(given, client.pid));
      system.monitor(client.pid).subscribe(look);
      system.events$.subscribe(({ type }) => {
        if (type === 'exited') look();
      });
      for (const name of ['a', 'b']) manager.channel(name).members$.subscribe(look);
      manager.connections$.subscribe(look);

      end(given, client);
      system.flush();

      expect(seen).toEqual([nowhere, nowhere, nowhere, nowhere, nowhere]);
      expect(tables(system).calls).toBe(0);
    },
  );

  it('cannot be undone by who is told of it (B8)', () => {
    const { manager, connect } = scene();
    const client = connect();
    for (const name of ['a', 'b']) manager.channels.subscribe(name, client.pid);
    const again: boolean[] = [];
    manager.channel('a').members$.subscribe(() => {
      again.push(manager.channels.subscribe('b', client.pid));
    });

    client.ends();

    expect(again).toEqual([false]);
    expect(manager.channels.getSubscribers('b')).toEqual([]);
  });

  it("is told to the processes of its channels, with the relay's reason (B33)", () => {
    const { manager, connect, system } = scene();
    const told: unknown[] = [];
    const { broker } = manager[insideOf];
    const ignore = (): void => {};
    const open = (name: string): Room => ({
      ...{ isFull: false, joined: ignore, renewed: ignore, stop: ignore },
      ...{ take: () => ignore, admit: () => ignore },
      left: ({ pid }, reason) => told.push([name, pid, reason]),
    });
    broker.rooms = { isFullFor: () => false, open };
    const [lost, kicked, leaves] = [connect(), connect(), connect()];
    for (const { pid } of [lost, kicked, leaves]) {
      for (const name of ['a', 'b']) manager.channels.subscribe(name, pid);
    }

    lost.ends(1001);
    manager.unsubscribe(kicked.pid, 'a', { code: 'closed' });
    leaves.commands('unsubscribe', 'b');
    system.flush();

    expect(told).toEqual([
      ['a', lost.pid, 'client closed'],
      ['b', lost.pid, 'client closed'],
      ['a', kicked.pid, 'closed'],
      ['b', leaves.pid, 'unsubscribed'],
    ]);
    expect(broker.departures.size).toBe(0);
  });
});

describe('createWebSocketManager', () => {
  it.each<{ what: string; options: object }>([
    { what: 'an unknown option', options: { channel: [] } },
    { what: 'channels that are no list', options: { channels: {} } },
    { what: 'implicitChannels that is no boolean', options: { implicitChannels: 'yes' } },
    { what: 'an empty name', options: { name: '' } },
    { what: 'a name that is no text', options: { name: 1 } },
    { what: 'a limit that is none', options: { limits: { channels: -1 } } },
  ])('refuses $what, and spawns nothing', ({ options }) => {
    const { system } = scene();
    const before = system.processes().length;

    expect(() => createWebSocketManager(system, options)).toThrow(refused('Invalid'));
    expect(system.processes()).toHaveLength(before);
  });

  it('needs a system, and a name that no other of it has', () => {
    const { system, manager } = scene();

    expect(() => createWebSocketManager({} as never)).toThrow(refused('Invalid'));
    expect(() => createWebSocketManager(system)).toThrow(
      refused('AlreadyExists', {
        message: expect.stringContaining('the system has a manager already'),
        existing_pid: manager.pid,
      }),
    );
  });
});

describe('websocketManager', () => {
  it('finds the manager of a system, by its name if it has one', () => {
    const { system, manager } = scene();
    const other = createWebSocketManager(system, { name: 'other' });

    expect(websocketManager(system)).toBe(manager);
    expect(websocketManager(system, 'other')).toBe(other);
    expect(() => websocketManager(system, 'none')).toThrow(refused('NotFound'));
    expect(() => websocketManager({} as System)).toThrow(refused('NotFound'));
  });

  it('finds none that has ended, and a new one after it', () => {
    const { system, manager } = scene();
    system.terminate(manager.pid);
    system.flush();

    expect(() => websocketManager(system)).toThrow(refused('NotFound'));
    const next = createWebSocketManager(system);
    expect(websocketManager(system)).toBe(next);
  });
});
