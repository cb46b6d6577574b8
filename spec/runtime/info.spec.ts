import { describe, expect, it } from '@jest/globals';
import { NEVER, of } from 'rxjs';
import { act, type Behavior, type System, send } from '../../lib/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { idle } from '../support/runtime.js';

const reader: Behavior = (inbox) => inbox.pipe(act(() => undefined));
const busy: Behavior = (inbox) => inbox.pipe(act(() => NEVER));
const statusOf = (system: System, target: string) => system.info(target)?.status;

describe('system.info', () => {
  it('tells what a process is, whom it knows and how much it had to do (I1)', () => {
    const system = testSystem({ hosts: { blue: {} } });
    const other = system.spawn(idle);
    system.define('app:worker', (inbox, self) => {
      self.link(other);
      self.monitor(other).subscribe();
      self.monitorGroup('blues').subscribe();
      self.join('blues');
      self.join('reds', { scope: 'colours' });
      return reader(inbox, self);
    });
    let child = '';
    const parent = system.spawn((_inbox, self) => {
      child = self.spawnMonitored('app:worker', { name: 'worker', host: 'blue' }).pid;
      return NEVER;
    });
    system.flush();
    system.monitor(child).subscribe();
    for (let i = 0; i < 3; i++) system.send('worker', 'work', i);
    system.advance('2s');
    system.send('worker', 'work', 3);

    expect(system.info('worker')).toEqual({
      pid: child,
      behavior: 'app:worker',
      host: 'blue',
      parent,
      names: ['worker'],
      groups: ['blues', 'reds'],
      links: [other],
      monitors: [other],
      monitoredBy: [parent, undefined],
      timers: 0,
      status: 'running',
      depth: 1,
      highWater: 3,
      handled: 3,
      uptime: 2_000,
    });
    expect(system.info(other)).toMatchObject({ links: [child], monitoredBy: [child] });
    expect(system.processes()).toEqual([other, parent, child].map((pid) => system.info(pid)));
  });

  it('names a behaviour by its function, or anonymous (I1)', () => {
    const system = testSystem();
    const names = [reader, () => of(send('x', 'y', 1))].map(
      (what) => system.info(system.spawn(what))?.behavior,
    );

    expect(names).toEqual(['reader', 'anonymous']);
  });

  it('is undefined when nobody is there (I1)', () => {
    const system = testSystem();
    const pid = system.spawn(() => of());
    const before = system.info(pid) === undefined;
    system.flush();

    expect([before, system.info(pid), system.info('nobody')]).toEqual([
      false,
      undefined,
      undefined,
    ]);
  });

  it('does not count as handled what a full mailbox gave up (I1, M11)', () => {
    const system = testSystem({ mailbox: { capacity: 2, overflow: 'dropOldest' } });
    const pid = system.spawn(reader);
    for (let i = 0; i < 5; i++) system.send(pid, 'work', i);
    system.flush();

    expect(system.info(pid)).toMatchObject({ depth: 0, handled: 2 });
  });

  it('tells who waits, runs, is held, and stops (I1)', () => {
    const system = testSystem({ hosts: { blue: {} } });
    const pid = system.spawn(busy);
    const listener = system.spawn((_inbox, self) => self.listen('x.*').pipe(act(() => NEVER)));
    const deaf = system.spawn(idle);
    const stays = system.spawn(
      (_inbox, self) => {
        self.signals$.subscribe();
        return NEVER;
      },
      { host: 'blue' },
    );
    const log = [statusOf(system, pid)];
    system.flush();
    log.push(...[pid, listener, deaf].map((each) => statusOf(system, each)));
    system.send(pid, 'work', 1);
    system.send(listener, 'x.y', 1);
    void system.hosts.stop('blue');
    system.flush();
    log.push(...[pid, listener, stays].map((each) => statusOf(system, each)));

    expect(log).toEqual([
      'waiting',
      ...['running', 'running', 'waiting'],
      ...['held', 'held', 'stopping'],
    ]);
  });
});
