import { describe, expect, it } from '@jest/globals';
import { map, of } from 'rxjs';
import { done, reply, report, type SystemEvent, send } from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { Clock, collect, idle, leaver, puppet, quiet, settled } from '../support/runtime.js';

const boom = new Error('boom');

describe('events$', () => {
  it('tells of every spawn and exit, on the clock of the system (§0)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    const events = collect<SystemEvent>(system.events$);
    const { pid: parent, self } = await puppet(system, { name: 'parent' });
    scheduler.advance(5);
    const child = self.spawn(() => of(done('value')));
    await settled(system);
    scheduler.advance(5);
    self.exit(boom);

    expect(events).toEqual([
      { type: 'spawned', at: 0, pid: parent, parent: undefined, name: 'parent' },
      { type: 'spawned', at: 5, pid: child, parent, name: undefined },
      { type: 'exited', at: 5, pid: child, reason: { type: 'normal', value: 'value' } },
      { type: 'exited', at: 10, pid: parent, reason: { type: 'error', error: boom } },
    ]);
  });

  it('counts drops of a batch into one event per process and reason (§0)', async () => {
    const system = quiet({ mailbox: { capacity: 1 } });
    const a = system.spawn(idle);
    const b = system.spawn(leaver);
    const c = system.spawn(leaver);
    const drops: unknown[] = [];
    system.events$.subscribe((e) => e.type === 'drop' && drops.push([e.pid, e.reason, e.count]));
    for (const pid of [a, b, c, a]) for (let n = 0; n < 3; n++) system.send(pid, 'x', n);
    await settled(system);
    for (const pid of [a, b]) system.terminate(pid);
    system.exit(c, 'shutdown');

    await settled(system);
    expect(drops).toEqual([
      [a, 'overflow', 5],
      [b, 'overflow', 2],
      [c, 'overflow', 2],
      [a, 'unread', 1],
      [b, 'terminated', 1],
      [c, 'ended', 1],
    ]);
  });

  it('tells of what was sent to nobody, by whom (§0, M5)', async () => {
    const system = quiet();
    const { pid, self } = await puppet(system);
    const letters: unknown[] = [];
    system.events$.subscribe(
      (e) => e.type === 'deadLetter' && letters.push([e.to, e.topic, e.from, e.reason]),
    );
    self.send('nobody', 'x', 1);
    system.send('{main|0xdead}', 'y', 1);
    system.spawn(() => of(send('nobody', 'z', 1)));

    await settled(system);
    expect(letters).toEqual([
      ['nobody', 'x', pid, 'no process'],
      ['{main|0xdead}', 'y', undefined, 'no process'],
      ['nobody', 'z', '{main|0x00002}', 'no process'],
    ]);
  });

  it('tells of what a closing process takes and drops, and still says true (Y3)', async () => {
    const system = quiet();
    const { pid, log } = await puppet(system);
    const drops: unknown[] = [];
    system.events$.subscribe((e) => e.type === 'drop' && drops.push([e.reason, e.count]));
    const process = system[kernelOf].processes.get(pid);
    if (process !== undefined) process.mailbox.phase = 'closing';

    expect([system.send(pid, 'x', 1), system.send(pid, 'ws.send', 2)]).toEqual([true, true]);
    await settled(system);
    expect([log, drops]).toEqual([[], [['closing', 2]]]);
  });

  it('tells of handler errors and of replies to no call (M12, M13)', async () => {
    const system = quiet();
    const pid = system.spawn((inbox) =>
      inbox.pipe(map((m) => (m.topic === 'reply' ? reply(m, 1) : report(boom, m.payload)))),
    );
    const events: unknown[] = [];
    system.events$.subscribe(({ at: _, ...event }) => events.push(event));
    for (const topic of ['reply', 'report']) system.send(pid, topic, 'payload');

    await settled(system);
    expect(events).toEqual([
      { type: 'handlerError', pid, error: boom, message: 'payload' },
      { type: 'drop', pid, reason: 'no call', topic: 'reply', count: 1 },
    ]);
  });

  it('is not replayed, and never completes', async () => {
    const system = quiet();
    system.spawn(idle);
    const log: string[] = [];
    system.events$.subscribe({
      next: ({ type }) => log.push(type),
      complete: () => log.push('end'),
    });
    await system.shutdown();

    expect(log).toEqual(['exited']);
  });
});

describe('the logger', () => {
  it('is told of crashes, handler errors and warnings, and of nothing else', async () => {
    const log: unknown[] = [];
    const logger = {
      warn: (message: string) => log.push(['warn', message]),
      error: (message: string) => log.push(['error', message.split('\n')[0]]),
    };
    const system = quiet({ logger });
    const pid = system.spawn((inbox) => inbox.pipe(map((m) => report(boom, m))));
    system.spawn(() => {
      throw boom;
    });
    system.spawn(() => of(done(1)));
    system.send(pid, 'x', 1);
    system.send('{main|0xdead}', 'x', 1);
    await settled(system);
    system[kernelOf].events.warning('CODE', 'what to do', pid);
    system.terminate(pid);

    await settled(system);
    expect(log).toEqual([
      ['error', 'process {main|0x00002} crashed: Error: boom'],
      ['error', "process {main|0x00001}: a message's handler failed: Error: boom"],
      ['warn', 'CODE: what to do'],
    ]);
  });
});
