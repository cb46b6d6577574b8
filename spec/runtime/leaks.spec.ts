import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import { firstValueFrom, ignoreElements, map, NEVER, of, startWith, take, throwError } from 'rxjs';
import {
  act,
  type Behavior,
  done,
  every,
  type Inbox,
  receive,
  reply,
  type Self,
  type System,
  sendAfter,
  startChild,
  supervise,
} from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { collectGarbage } from '../support/memory.js';
import {
  Clock,
  idle,
  monitorsOf,
  type Puppet,
  puppet,
  quiet,
  settled,
  tables,
} from '../support/runtime.js';

const ROUNDS = 20;

/** A process that ties itself to the survivor in every way there is, then waits for its end. */
const entangled: Behavior = (inbox, self) => {
  const survivor = self.args[0] as string;
  self.setOptions({ trapLinks: self.pid.endsWith('1}') });
  self.link(survivor);
  self.register(`name of ${self.pid}`);
  self.register(`other name of ${self.pid}`);
  self.join('group');
  self.join(`group of ${self.pid}`, { scope: self.pid });
  self.monitorGroup('group').subscribe();
  self.monitor(survivor).subscribe();
  self.monitor('{main|0xdead}').subscribe();
  self.listen('topic').subscribe();
  self.listen('glob.*').subscribe();
  self.listen('upgrade').subscribe(() => self.upgrade('reads'));
  self.signals$.subscribe();
  self.abortSignal.addEventListener('abort', () => {});
  self.call(survivor, 'never answered', 1).subscribe();
  self.call(survivor, 'answered', 1).subscribe();
  self.call(survivor, 'late', 1, { timeout: 1 }).subscribe({ error: () => {} });
  self.spawnMonitored(() => of(done(1))).exit$.subscribe();
  self.spawnLinked(() => NEVER);
  self.send(self.pid, 'held', 1);
  self.send(self.pid, 'held', 2);
  const timers = [every(1, survivor, 'late', 1), sendAfter('1h', survivor, 'late', 1)];
  return inbox.pipe(
    act(() => NEVER),
    startWith(...timers),
  );
};

/** The same as an async generator. */
const generator: Behavior = async function* (inbox: Inbox, self: Self) {
  const survivor = self.args[0] as string;
  self.link(survivor);
  yield undefined;
  await firstValueFrom(self.call(survivor, 'answered', 1));
  for await (const message of receive(inbox)) yield reply(message, 1);
};

const crashes: Behavior = (inbox) =>
  inbox.pipe(
    map(() => {
      throw new Error('boom');
    }),
  );

const crashing = { id: 'crashes', behavior: crashes, messages: [{ topic: 'x' }] };

/** Children that crash, that wait for a restart, and that are tied to others, in two supervisors. */
const team: Behavior = supervise({
  intensity: 3,
  children: [
    { id: 'entangled', behavior: entangled, args: ['survivor'] },
    {
      id: 'waits',
      type: 'supervisor',
      behavior: supervise({ backoff: { initial: '60s' }, children: [crashing] }),
    },
  ],
});

/** Every way for a process to end. */
const ENDS: readonly ((system: System, pid: string) => unknown)[] = [
  (system, pid) => system.terminate(pid),
  (system, pid) => system.exit(pid, 'kill'),
  (system, pid) => system.cancel(pid, { deadline: 1 }),
  (system, pid) => system[kernelOf].signal(pid, { signal: 'stop', timeout: 1 }),
  (system, pid) => {
    system.cancel(pid, { deadline: 1_000_000 });
    system.terminate(pid);
  },
];

/** A life of every kind, from the spawn to the end. */
async function live(system: System, clock: Clock, survivor: Puppet, round: number): Promise<void> {
  const args = [survivor.pid];
  const traces = ['**', survivor.pid].map((target) => system.trace(target).subscribe());
  const pids = [entangled, generator, entangled, team].map((behavior) =>
    system.spawn(behavior, { args }),
  );
  const supervisor = pids[3] as string;
  startChild(system, supervisor, { id: 'added', behavior: idle }).subscribe({ error: () => {} });
  startChild(system, supervisor, crashing).subscribe({ error: () => {} });
  system.spawn(() => throwError(() => new Error('boom')), { name: `short ${round}` });
  system.spawn(() => Promise.reject(new Error('boom')));
  system.exec(() => of(done(1))).subscribe();
  system.exec('unknown').subscribe({ error: () => {} });
  system.monitor(pids[0] as string).subscribe();
  system
    .monitor(pids[1] as string)
    .subscribe()
    .unsubscribe();
  system
    .call(pids[1] as string, 'x', 1)
    .pipe(take(1))
    .subscribe({ error: () => {} });
  system.call('nobody', 'x', 1).subscribe({ error: () => {} });
  system.send('nobody', 'x', 1);
  await settled(system);
  survivor.self.link(pids[2] as string);
  survivor.self.monitor(pids[0] as string).subscribe();
  survivor.self
    .monitor(pids[0] as string)
    .subscribe()
    .unsubscribe();
  survivor.self.unlink(pids[2] as string);
  survivor.self.join(`round ${round}`);
  survivor.self.leave(`round ${round}`);
  if (round % 2 === 1) {
    survivor.self.upgrade();
    system.groups.broadcast('group', 'upgrade', 1);
    await settled(system);
  }
  clock.advance(2);
  for (const [i, pid] of pids.entries()) ENDS[(round + i) % ENDS.length]?.(system, pid);
  await settled(system);
  clock.advance(2);
  await settled(system);
  // Of what the supervisor has stopped, some takes its time.
  clock.advance(10_000);
  await settled(system);
  for (const trace of traces) trace.unsubscribe();
}

/** Reads and answers; outlives all others, since it traps. */
async function makeSurvivor(system: System): Promise<Puppet> {
  let me: Self | undefined;
  system.define('reads', (inbox) => inbox.pipe(ignoreElements()));
  system.define('survivor', (inbox, self) => {
    me = self;
    self.setOptions({ trapLinks: true });
    self.signals$.subscribe();
    return inbox.pipe(map((m) => (m.topic === 'answered' ? reply(m, 1) : undefined)));
  });
  const pid = system.spawn('survivor', { name: 'survivor' });
  await settled(system);
  return { pid, self: me as Self, log: [] };
}

describe('after many lives of every kind', () => {
  it('every table is back at its baseline, and no timer is left (§0, N6, R4, E3)', async () => {
    const clock = new Clock();
    const system = quiet({ scheduler: clock });
    const survivor = await makeSurvivor(system);
    const process = system[kernelOf].processes.get(survivor.pid);
    const census = () => ({
      ...tables(system),
      monitors: monitorsOf(system, survivor.pid),
      links: process?.links.size,
      names: process?.ownNames,
      depth: process?.mailbox.depth,
      timers: clock.actions.length,
    });
    const before = census();
    for (let round = 0; round < ROUNDS; round++) await live(system, clock, survivor, round);

    expect(system.processes().map(({ pid }) => pid)).toEqual([survivor.pid]);
    expect(census()).toEqual(before);
  });

  it('nothing holds an ended process any more, nor what a request was about (E3, F1)', async () => {
    const clock = new Clock();
    const context = new AsyncLocalStorage<object>();
    const system = quiet({ scheduler: clock, context });
    const survivor = await makeSurvivor(system);
    const ended: WeakRef<object>[] = [];
    const stores: WeakRef<object>[] = [];
    const table = system[kernelOf].processes;
    const add = table.add.bind(table);
    table.add = (process) => {
      ended.push(new WeakRef(process));
      add(process);
    };
    const request = (round: number): Promise<void> => {
      const store = { round };
      stores.push(new WeakRef(store));
      return context.run(store, () => live(system, clock, survivor, round));
    };
    for (let round = 0; round < ROUNDS; round++) await request(round);
    await settled(system);
    collectGarbage();
    await settled(system);
    collectGarbage();

    expect(ended.length).toBeGreaterThanOrEqual(ROUNDS * 7);
    expect(ended.filter((ref) => ref.deref() !== undefined)).toHaveLength(0);
    expect(stores.filter((ref) => ref.deref() !== undefined)).toHaveLength(0);
  });

  it('a spawn that was refused has left nothing (S4)', async () => {
    const system = quiet({ hosts: { full: { maxProcesses: 0 } } });
    const { self } = await puppet(system);
    const before = tables(system);
    for (let i = 0; i < ROUNDS; i++) {
      for (const host of ['full', 'nowhere']) {
        expect(() => self.spawnLinked(idle, { host, name: `${i}` })).toThrow();
      }
    }

    expect([tables(system), system[kernelOf].processes.get(self.pid)?.links.size]).toEqual([
      before,
      0,
    ]);
  });
});
