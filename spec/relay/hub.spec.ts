import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it, jest } from '@jest/globals';
import { ignoreElements, NEVER, Subject, switchMap, tap } from 'rxjs';
import { ofTopic } from '../../lib/index.js';
import { ws } from '../../lib/protocol/index.js';
import { Hub } from '../../lib/relay/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { fakeSocket } from '../../lib/testing/marbles/fakeSocket.js';
import { collect, deferred, idle, quiet, reads, within } from '../support/runtime.js';
import { config, connect, frame } from './connected.js';

describe('Hub', () => {
  it('queues the join within connect, and delivers it later (H3, M4)', () => {
    const system = testSystem();
    const hub = new Hub(system);
    const log: unknown[] = [];
    const target = system.spawn(reads(log, ({ topic }) => topic));
    system.flush();
    const { client } = connect(hub, system, target);
    client.next(frame('at once'));

    expect(log).toEqual([]);
    system.flush();
    expect(log).toEqual(['ws.join', 'ws.message']);
  });

  it('tells an uptime that a clock which is set back does not shorten (L5)', async () => {
    const system = quiet();
    const hub = new Hub(system, { closeTimeout: 1 });
    const beat = deferred<number>();
    const target = system.spawn((inbox) =>
      inbox.pipe(
        ofTopic(ws.heartbeat),
        tap(({ payload }) => beat.resolve(payload.uptime_ms)),
        ignoreElements(),
      ),
    );
    const { now } = Date;
    const socket = fakeSocket({ events$: NEVER });
    hub.connect(socket, { ...config(target), heartbeat_interval: 20 });
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() - 3_600_000);
    const uptime = await within(beat.promise).finally(() => clock.mockRestore());
    await system.shutdown();

    expect([uptime >= 15, uptime < 5_000]).toEqual([true, true]);
  });

  it('has its connections known and traced as such (I1, I3)', () => {
    const system = testSystem();
    const hub = new Hub(system);
    const traced = collect(system.trace('connection'), ({ type }) => type);
    const { pid } = connect(hub, system, system.spawn(idle));

    expect([system.info(pid)?.behavior, traced[0]]).toEqual(['connection', 'spawned']);
  });

  it('closes with 1011 when the target dies before its join (H3)', () => {
    const system = testSystem();
    const hub = new Hub(system);
    const target = system.spawn(() => NEVER);
    system.flush();
    system.terminate(target);
    const { socket, exits } = connect(hub, system, target);
    system.advance('5s');

    expect(socket.actions).toEqual([
      { type: 'close', code: 1011, reason: 'target process exited' },
      { type: 'terminate' },
    ]);
    expect(exits).toEqual(['error connection closed: 1011 target process exited']);
  });

  it('tells the client 1011 when its own target cannot be spawned, and is left with nothing', () => {
    const system = testSystem();
    const hub = new Hub(system);
    void system.hosts.stop('main');
    const socket = fakeSocket({ events$: NEVER });

    expect(hub.connect(socket, config('{main|0x00001}'), () => NEVER)).toBeUndefined();
    expect(socket.actions).toEqual([
      { type: 'close', code: 1011, reason: 'target process exited' },
    ]);
    expect(hub.count).toBe(0);
  });

  it('is full when its host is, and leaves nobody behind when it throws all the same', () => {
    const system = testSystem();
    system.hosts.add('small', { maxProcesses: 1 });
    const hub = new Hub(system, { host: 'small' });
    const target = system.spawn(() => NEVER);

    expect(hub.full).toBe(false);
    connect(hub, system, target);
    expect(hub.full).toBe(true);
    expect(() => connect(hub, system, target, () => NEVER)).toThrow(
      expect.objectContaining({ code: 'LimitExceeded' }),
    );
    system.flush();
    expect(hub.count).toBe(1);
    expect(system.processes()).toHaveLength(2);
  });

  it('gives what its target held back to the new one, after its join, and counts it (X4)', () => {
    const system = testSystem();
    const hub = new Hub(system);
    const log: unknown[] = [];
    const busy = system.spawn(() => NEVER);
    const free = system.spawn(
      reads(log, ({ topic, payload }) => {
        const { data, message_count: count } = payload as { data?: string; message_count?: number };
        return [topic, data ?? count].filter((part) => part !== undefined).join(' ');
      }),
    );
    system.flush();
    const { client, socket, pid } = connect(hub, system, busy);
    // The join and 999 frames: the mark is reached, and the rest is held.
    for (let i = 0; i < 1_003; i++) client.next(frame(`${i}`));
    expect(socket.actions).toEqual([{ type: 'pause' }]);
    system.send(pid, ws.control, { target_pid: free, heartbeat_interval: '1s' });
    system.advance('1s');

    expect(socket.actions).toEqual([{ type: 'pause' }, { type: 'resume' }]);
    expect(log).toEqual([
      'ws.join',
      'ws.message 999',
      'ws.message 1000',
      'ws.message 1001',
      'ws.message 1002',
      'ws.heartbeat 1003',
    ]);
    system.terminate(pid);
    system.flush();
  });

  it.each([
    { maker: 'its target, which handles a message of a request', how: 'handle' as const },
    { maker: 'a request that transfers it', how: 'transfer' as const },
  ])('hands held frames over in no context where room is made by $maker (F3, Q2)', ({ how }) => {
    const als = new AsyncLocalStorage<string>();
    const system = testSystem({ context: als, mailbox: { capacity: 4 } });
    const hub = new Hub(system);
    const log: unknown[] = [];
    const notes = reads(log, ({ topic }) => `${topic} ${als.getStore()}`);
    const go = new Subject<void>();
    const busy = system.spawn((inbox) => go.pipe(switchMap(() => notes(inbox))));
    const free = system.spawn(notes);
    system.flush();
    const { client, socket, pid } = connect(hub, system, busy);
    system.flush();
    for (const n of [1, 2]) als.run(`request ${n}`, () => system.send(busy, `job ${n}`));
    client.next(frame('held'));
    expect(socket.actions).toEqual([{ type: 'pause' }]);
    if (how === 'handle') go.next();
    else als.run('request 3', () => system.send(pid, ws.control, { target_pid: free }));
    system.flush();

    expect(log).toEqual(
      how === 'handle'
        ? ['ws.join undefined', 'job 1 request 1', 'job 2 request 2', 'ws.message undefined']
        : ['ws.join request 3', 'ws.message undefined'],
    );
    system.terminate(pid);
    system.flush();
  });

  it('forgets, once it has ended, that it waits for its target (Q2)', () => {
    const system = testSystem();
    const hub = new Hub(system);
    const inbox$ = new Subject<void>();
    const target = system.spawn((inbox) =>
      inbox$.pipe(switchMap(() => inbox.pipe(ignoreElements()))),
    );
    system.flush();
    const { client, socket, pid } = connect(hub, system, target);
    for (let i = 0; i < 1_003; i++) client.next(frame(`${i}`));
    system.terminate(pid);
    system.flush();
    inbox$.next();
    system.flush();

    expect(socket.actions).toEqual([{ type: 'pause' }, { type: 'terminate' }]);
  });

  it('writes the leave of the first cause when a closing connection is terminated (Z3, Y3)', () => {
    const system = testSystem();
    const hub = new Hub(system);
    const log: unknown[] = [];
    const target = system.spawn(
      reads(log, (m) => (m.payload as { reason?: string }).reason ?? m.topic),
    );
    system.flush();
    const { pid, socket, exits } = connect(hub, system, target);
    system.send(pid, ws.close, { code: 4000, reason: 'kicked' });
    system.flush();
    system.terminate(pid);
    system.flush();

    expect(log).toEqual(['ws.join', 'kicked']);
    expect(exits).toEqual(['killed']);
    expect(socket.actions.at(-1)).toEqual({ type: 'terminate' });
  });

  it('counts what it still sends to a target that has died as dead letters (§0)', () => {
    const system = testSystem();
    const hub = new Hub(system);
    const target = system.spawn(() => NEVER);
    system.flush();
    const { client, pid } = connect(hub, system, target);
    const letters: unknown[] = [];
    system.events$.subscribe((event) => {
      if (event.type === 'deadLetter') letters.push([event.to, event.topic, event.from]);
      if (event.type === 'exited' && event.pid === target) client.next(frame('late'));
    });
    system.terminate(target);
    system.advance('5s');

    expect(letters).toEqual([[target, 'ws.message', pid]]);
  });
});

// --- whatever happens, in whatever order -----------------------------------------------------------
