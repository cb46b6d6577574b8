import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { ignoreElements, NEVER, Subject, switchMap, tap } from 'rxjs';
import { type Behavior, ofTopic, type Pid } from '../../lib/index.js';
import { ws } from '../../lib/protocol/index.js';
import { Hub, type SocketEvent } from '../../lib/relay/index.js';
import { fakeSocket, testSystem } from '../../lib/testing/index.js';
import { collect, deferred, idle, quiet, reads, tables, within } from '../support/runtime.js';
import { type Connected, config, connect, frame } from './connected.js';

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

const CLIENTS = 4;
const TARGETS = 3;

type Deed = { readonly what: (typeof DEEDS)[number]; readonly c: number; readonly t: number };
const DEEDS = [
  'frame',
  'frame',
  'transfer',
  'transfer',
  'send',
  'close',
  'cancel',
  'terminate',
  'lost',
  'goodbye',
  'violation',
  'kill target',
  'end target',
  'flush',
  'second',
] as const;

const deed: fc.Arbitrary<Deed> = fc.record({
  what: fc.constantFrom(...DEEDS),
  c: fc.nat(CLIENTS - 1),
  t: fc.nat(TARGETS - 1),
});

/** What targets saw, in the order in which they saw it: one run queue brings it all. */
interface Seen {
  readonly target: number;
  readonly topic: string;
  readonly client: Pid;
  readonly data: string | undefined;
}

/** Lives until it is told to end. */
const witness =
  (seen: Seen[], target: number): Behavior =>
  (inbox, self) => {
    inbox.subscribe(({ topic, payload }) => {
      if (topic === 'end') return self.exit('normal');
      const { client_pid, data } = payload as { client_pid: Pid; data?: string };
      seen.push({ target, topic, client: client_pid, data });
    });
    return NEVER;
  };

/** A system with targets and clients, and what each deed does to them. */
class Stage {
  readonly system = testSystem();
  readonly hub = new Hub(this.system);
  readonly seen: Seen[] = [];
  readonly dead = new Set<number>();
  readonly #targets = Array.from({ length: TARGETS }, (_, i) =>
    this.system.spawn(witness(this.seen, i)),
  );
  readonly connected = Array.from({ length: CLIENTS }, (_, i) =>
    connect(this.hub, this.system, this.#targets[i % TARGETS] as Pid),
  );
  readonly #sent = new Map<number, number>();
  readonly #over = new Set<number>();

  perform({ what, c, t }: Deed): void {
    const { system } = this;
    const { pid } = this.connected[c] as Connected;
    const target = this.#targets[t] as Pid;
    const deeds: Record<Deed['what'], () => void> = {
      frame: () => this.#say(c, frame(`${this.#count(c)}`)),
      transfer: () => system.send(pid, ws.control, { target_pid: target }),
      send: () => system.send(pid, ws.send, { data: 'hi' }),
      close: () => system.send(pid, ws.close, { code: 4000 }),
      cancel: () => system.cancel(pid),
      terminate: () => system.terminate(pid),
      lost: () => this.#say(c, { type: 'closed', code: 1006, reason: '' }),
      goodbye: () => this.#say(c, { type: 'closed', code: 1000, reason: '' }),
      violation: () => this.#say(c, { type: 'violation', code: 1002 }),
      'kill target': () => this.#end(t, () => system.terminate(target)),
      'end target': () => this.#end(t, () => system.send(target, 'end')),
      flush: () => system.flush(),
      second: () => system.advance('1s'),
    };
    deeds[what]();
  }

  #count(c: number): number {
    const count = this.#sent.get(c) ?? 0;
    this.#sent.set(c, count + 1);
    return count;
  }

  /** A client says nothing after its end. */
  #say(c: number, event: SocketEvent): void {
    if (!this.#over.has(c)) this.connected[c]?.client.next(event);
    if (event.type === 'closed') this.#over.add(c);
  }

  #end(t: number, how: () => void): void {
    how();
    this.dead.add(t);
  }
}

function perform(deeds: readonly Deed[]): Stage {
  const stage = new Stage();
  for (const each of deeds) stage.perform(each);
  void stage.hub.shutdown();
  stage.system.advance('10s');
  return stage;
}

describe('a connection, under random kills, transfers and disconnects', () => {
  const runs = { numRuns: 300 };

  it('exits exactly once, and leaves nothing behind (N6, Z4)', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 40 }), (deeds) => {
        const { connected, system, hub, dead } = perform(deeds);

        for (const { exits } of connected) expect(exits).toHaveLength(1);
        expect(hub.count).toBe(0);
        expect(tables(system)).toMatchObject({ processes: TARGETS - dead.size });
      }),
      runs,
    );
  });

  it('gives a living target one leave for each join, in turn, and frames in between (L2)', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 40 }), (deeds) => {
        const { connected, seen, dead } = perform(deeds);

        for (const { pid } of connected) {
          for (let target = 0; target < TARGETS; target++) {
            const topics = seen
              .filter((entry) => entry.client === pid && entry.target === target)
              .map(({ topic }) => topic.replace('ws.', ''))
              .join(' ');
            const visit = 'join (message )*leave ?';
            expect(topics).toMatch(
              new RegExp(dead.has(target) ? `^(${visit})*(join ?(message ?)*)?$` : `^(${visit})*$`),
            );
          }
        }
      }),
      runs,
    );
  });

  it('brings every frame at most once and in order, across transfers (X4)', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 40 }), (deeds) => {
        const { connected, seen } = perform(deeds);

        for (const { pid } of connected) {
          const frames = seen
            .filter(({ client, topic }) => client === pid && topic === 'ws.message')
            .map(({ data }) => Number(data));
          expect(frames).toEqual([...new Set(frames)].sort((a, b) => a - b));
        }
      }),
      runs,
    );
  });

  it('loses no frame while nobody dies and nothing closes (X4)', () => {
    const peaceful = fc.array(
      deed.filter(({ what }) => ['frame', 'transfer', 'flush', 'send'].includes(what)),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(peaceful, (deeds) => {
        const { connected, seen } = perform(deeds);

        connected.forEach(({ pid }, c) => {
          const frames = seen.filter((entry) => entry.client === pid && entry.data !== undefined);
          const sent = deeds.filter((each) => each.what === 'frame' && each.c === c);
          expect(frames.map(({ data }) => data)).toEqual(sent.map((_, i) => `${i}`));
        });
      }),
      runs,
    );
  });
});
