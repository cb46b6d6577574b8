import { describe, expect, it } from '@jest/globals';
import { finalize, map, mergeMap, NEVER, of } from 'rxjs';
import { act, type Behavior, done, exit, receive, type Self, upgrade } from '../../lib/index.js';
import {
  Clock,
  deferred,
  exitOf,
  idle,
  monitorsOf,
  puppet,
  quiet,
  settled,
  tables,
  within,
} from '../support/runtime.js';
import { prepared } from './prepared.js';

describe('the old body', () => {
  it('is torn down once, before the new behaviour is called in a later turn (U3, U4)', async () => {
    const log: string[] = [];
    const system = quiet();
    system.define('next', () => {
      log.push('called');
      return NEVER;
    });
    const self = deferred<Self>();
    system.spawn((_inbox, me) => {
      self.resolve(me);
      return NEVER.pipe(finalize(() => log.push('torn down')));
    });
    const me = await within(self.promise);
    me.upgrade('next');
    log.push('returned');

    await settled(system);
    expect(log).toEqual(['torn down', 'returned', 'called']);
  });

  it('does not end its process by its own completion (U3)', async () => {
    const log: unknown[] = [];
    const system = prepared(log);
    const pid = system.spawn((inbox) => {
      inbox.subscribe({ complete: () => log.push('completes') });
      return inbox.pipe(
        map(() => upgrade('next')),
        finalize(() => log.push('finally')),
      );
    });
    const exits = exitOf(system, pid);
    for (const topic of ['a', 'b']) system.send(pid, topic, 1);

    await settled(system);
    expect([log, exits]).toEqual([['finally', 'completes', 'new b 1'], []]);
  });

  it.each<{ what: string; behavior: Behavior }>([
    {
      what: 'a pipeline',
      behavior: (inbox) => inbox.pipe(mergeMap(() => of(upgrade('next'), done('old')))),
    },
    { what: 'an array', behavior: () => [upgrade('next'), exit('kill')] },
    {
      what: 'a generator',
      behavior: async function* () {
        yield upgrade('next');
        yield done('old');
      },
    },
    {
      what: 'the return of a generator',
      behavior: async function* () {
        yield upgrade('next');
        return 'old';
      },
    },
    {
      what: 'a promise whose behaviour has upgraded already',
      behavior: async (_inbox, self) => {
        self.upgrade('next');
        return done('old');
      },
    },
    {
      what: 'a stream whose behaviour has upgraded already',
      behavior: (_inbox, self) => {
        self.upgrade('next');
        return of(done('old'));
      },
    },
  ])('says nothing any more after the upgrade: $what (U3, E3)', async ({ behavior }) => {
    const log: unknown[] = [];
    const system = prepared(log);
    const pid = system.spawn(behavior);
    const exits = exitOf(system, pid);
    for (const topic of ['a', 'b']) system.send(pid, topic, 1);

    await settled(system);
    expect([log.at(-1), exits]).toEqual(['new b 1', []]);
  });

  it.each<{ what: string; behavior: Behavior }>([
    {
      what: 'throws in its call after it has upgraded',
      behavior: (_inbox, self) => {
        self.upgrade('next');
        throw new Error('late');
      },
    },
    {
      what: 'rejects after it has upgraded',
      behavior: async (_inbox, self) => {
        self.upgrade('next');
        throw new Error('late');
      },
    },
    {
      what: 'throws in its teardown',
      behavior: (inbox) =>
        inbox.pipe(
          map(() => upgrade('next')),
          finalize(() => {
            throw new Error('late');
          }),
        ),
    },
  ])('that $what is told of, and the process lives (U3, S8)', async ({ behavior }) => {
    const system = prepared();
    const errors: unknown[] = [];
    system.events$.subscribe((e) => e.type === 'handlerError' && errors.push(String(e.error)));
    const pid = system.spawn(behavior);
    system.send(pid, 'a', 1);

    await settled(system);
    expect(errors).toEqual([expect.stringContaining('late')]);
    expect(system.processes()).toHaveLength(1);
  });

  it('ends nothing and upgrades nothing from its teardown (U3)', async () => {
    const log: unknown[] = [];
    const system = prepared(log);
    const pid = system.spawn((inbox, self) => {
      self.abortSignal.addEventListener('abort', () => self.exit('shutdown'));
      return inbox.pipe(
        map(() => upgrade('next')),
        finalize(() => self.upgrade('other')),
      );
    });
    system.define('other', () => {
      log.push('other');
      return NEVER;
    });
    const exits = exitOf(system, pid);
    for (const topic of ['a', 'b']) system.send(pid, topic, 1);

    await settled(system);
    expect([log, exits]).toEqual([['new b 1'], []]);
  });

  it('finds its streams completed: inbox, listen, signals$, monitors, groups, exit$, calls (U3)', async () => {
    const system = prepared();
    const other = system.spawn(idle);
    const { pid, self } = await puppet(system);
    const log: string[] = [];
    const child = self.spawnMonitored(idle);
    const streams = {
      listen: self.listen('x'),
      signals: self.signals$,
      monitor: self.monitor(other),
      exit$: child.exit$,
      call: self.call(other, 'x', 1),
      group: self.monitorGroup('g'),
    };
    for (const [name, stream] of Object.entries(streams)) {
      const next = (): void => void (name !== 'group' && log.push(`next ${name}`));
      stream.subscribe({ next, complete: () => log.push(name) });
    }
    await settled(system);
    self.upgrade('next');
    expect(log.sort()).toEqual(['call', 'exit$', 'group', 'listen', 'monitor', 'signals']);

    expect([monitorsOf(system, other), monitorsOf(system, child.pid)]).toEqual([0, 0]);
    expect(tables(system)).toMatchObject({ calls: 0 });
    system.terminate(other);
    system.terminate(child.pid);
    system.cancel(pid);
    system.send(pid, 'x', 1);
    system.groups.join('g', pid);
    await settled(system);
    expect(log).toHaveLength(6);
  });

  it('gives what it listened for back to the inbox, in order of arrival (U3, M3)', async () => {
    const log: unknown[] = [];
    const system = prepared(log);
    const { pid, self } = await puppet(system);
    self
      .listen('x')
      .pipe(act(() => NEVER))
      .subscribe();
    await settled(system);
    for (const n of [0, 1, 2]) system.send(pid, 'x', n);
    await settled(system);
    self.upgrade('next');
    system.send(pid, 'y', 3);

    await settled(system);
    expect(log).toEqual(['new x 1', 'new x 2', 'new y 3']);
  });

  it('runs its finally, also of a generator that waits, and its AbortSignal fires (U3)', async () => {
    const log: string[] = [];
    const system = quiet();
    system.define('next', (_inbox, self) => {
      log.push(`new ${self.abortSignal.aborted}`);
      return NEVER;
    });
    const self = deferred<Self>();
    system.spawn(async function* (inbox, me) {
      me.abortSignal.addEventListener('abort', () => log.push('abort'));
      self.resolve(me);
      try {
        for await (const _ of receive(inbox)) yield;
      } finally {
        log.push('finally');
      }
    });
    const me = await within(self.promise);
    await settled(system);
    me.upgrade('next');

    await settled(system);
    expect(log).toEqual(['abort', 'finally', 'new false']);
  });

  it('leaves the news of a stop to the new one (U3, V3)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    const log: unknown[] = [];
    system.define('next', (_inbox, self) => {
      log.push(self.abortSignal.aborted);
      return NEVER;
    });
    const { pid, self } = await puppet(system);
    void self.abortSignal;
    const exits = exitOf(system, pid);
    const stopped = system.hosts.stop('main');
    await settled(system);
    self.upgrade('next');
    await settled(system);
    scheduler.advance(10_000);

    await within(stopped);
    await settled(system);
    expect([log, exits]).toEqual([[true], ['killed']]);
  });

  it('has a self that still acts for the process (U5)', async () => {
    const log: unknown[] = [];
    const system = prepared(log);
    const { pid, self } = await puppet(system);
    self.upgrade('next');
    await settled(system);
    self.send(pid, 'a', self.pid);
    self.register('it');

    await settled(system);
    expect([log, system.names.lookup('it')]).toEqual([[`new a ${pid}`], pid]);
    self.exit('normal');
    expect(system.processes()).toEqual([]);
  });
});
