import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { finalize, ignoreElements, map, merge, mergeMap, NEVER, of, tap, throwError } from 'rxjs';
import {
  act,
  type Behavior,
  done,
  exit,
  type Inbox,
  receive,
  type Self,
  type System,
  upgrade,
} from '../../lib/index.js';
import {
  Clock,
  collect,
  deferred,
  exitOf,
  idle,
  monitorsOf,
  puppet,
  quiet,
  reads,
  settled,
  tables,
  within,
} from '../support/runtime.js';

const refused = (code: string, text: RegExp) =>
  expect.objectContaining({ name: 'ProcessError', code, message: expect.stringMatching(text) });

/** A system in which `'next'` writes what it reads into `log`. */
function prepared(log: unknown[] = []): System {
  const system = quiet();
  system.define(
    'next',
    reads(log, (m) => `new ${m.topic} ${m.payload}`),
  );
  return system;
}

/** Upgrades at the topic `up`; writes every other message into `log`. */
const upgradable =
  (log: unknown[], id?: string): Behavior =>
  (inbox) =>
    inbox.pipe(
      tap(({ topic, payload }) => log.push(`old ${topic} ${payload}`)),
      map(({ topic, payload }) => (topic === 'up' ? upgrade(id, payload) : undefined)),
    );

describe('an upgrade', () => {
  it('goes on as the newest definition of its own behaviour (U1)', async () => {
    const log: unknown[] = [];
    const system = quiet();
    system.define('room', upgradable(log));
    const pid = system.spawn('room');
    system.define(
      'room',
      reads(log, (m) => `new ${m.topic} ${m.payload}`),
    );
    for (const topic of ['a', 'up', 'b']) system.send(pid, topic, 1);

    await settled();
    expect(log).toEqual(['old a 1', 'old up 1', 'new b 1']);
  });

  it('takes the id of another behaviour, which is its own from then on (U1)', async () => {
    const log: unknown[] = [];
    const system = quiet();
    system.define('first', upgradable(log, 'second'));
    system.define('second', upgradable(log));
    const pid = system.spawn('first');
    system.send(pid, 'up', 1);
    await settled();
    system.define(
      'second',
      reads(log, (m) => `newest ${m.topic} ${m.payload}`),
    );
    for (const topic of ['up', 'a']) system.send(pid, topic, 2);

    await settled();
    expect(log).toEqual(['old up 1', 'old up 2', 'newest a 2']);
  });

  it('is for a process spawned from a function as well, by id (U1)', async () => {
    const log: unknown[] = [];
    const system = prepared(log);
    const { pid, self } = await puppet(system);
    self.upgrade('next');
    system.send(pid, 'a', 1);

    await settled();
    expect(log).toEqual(['new a 1']);
  });

  it.each<[string, string, RegExp, unknown]>([
    ['an unknown id', 'NotFound', /"nowhere".*system\.define/, 'nowhere'],
    ['no id, of a function', 'Invalid', /0x00001.*system\.define/, undefined],
    ['an id that is none', 'Invalid', /7.*id/, 7],
    ['a function for an id', 'Invalid', /function.*id/, idle],
  ])('to %s is refused, and nothing has changed (U1)', async (_what, code, text, id) => {
    const system = prepared();
    const { pid, self, log } = await puppet(system);
    const exits = exitOf(system, pid);

    expect(() => self.upgrade(id as string)).toThrow(refused(code, text));
    system.send(pid, 'a', 1);
    await settled();
    expect([log, exits]).toEqual([['a 1'], []]);
  });

  it('to an unknown id ends the process, asked for by a command (U1, S8)', async () => {
    const system = quiet();
    const exits = collect(
      system.monitor(system.spawn(() => [upgrade('nowhere')])),
      (e) => e.reason,
    );

    await settled();
    expect(exits).toEqual([{ type: 'error', error: refused('NotFound', /nowhere/) }]);
  });

  it('of a process that has ended is refused (U1, E3)', async () => {
    const system = prepared();
    const { pid, self } = await puppet(system);
    system.terminate(pid);
    await settled();

    expect(() => self.upgrade('next')).toThrow(refused('Unavailable', /0x00001/));
  });

  it.each<[string, unknown[], unknown[]]>([
    ['its state', ['state'], ['state']],
    ['the arguments of before, without a state', [], [1, 2]],
    ['a state of null', [null], [null]],
  ])('hands over %s as self.args (U2)', async (_what, state, args) => {
    const system = quiet();
    const seen = deferred<readonly unknown[]>();
    system.define('next', (_inbox, self) => {
      seen.resolve(self.args);
      return NEVER;
    });
    const { self } = await puppet(system, { args: [1, 2] });
    self.upgrade('next', ...state);

    expect(await within(seen.promise)).toEqual(args);
  });

  it('tells of it in an event, with the new id (U4)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    system.define('next', idle);
    const { pid, self } = await puppet(system);
    const events = collect(system.events$);
    self.upgrade('next');

    await settled();
    expect(events).toEqual([{ type: 'upgraded', at: 0, pid, id: 'next' }]);
  });
});

describe('what an upgrade keeps', () => {
  it('is PID, names, host, trapLinks and what others have of it (U2)', async () => {
    const system = quiet({ hosts: { blue: {} } });
    const signals: unknown[] = [];
    system.define('next', (_inbox, self) => {
      self.signals$.subscribe((s) => signals.push(`${s.kind} ${self.pid}`));
      return NEVER;
    });
    const { pid, self } = await puppet(system, { host: 'blue', name: 'it' });
    const peers = [await puppet(system), await puppet(system)] as const;
    self.setOptions({ trapLinks: true });
    self.link(peers[0].pid);
    peers[1].self.link(pid);
    const exits = exitOf(system, pid);
    await settled();
    self.upgrade('next');
    await settled();
    expect(system.info('it')).toMatchObject({ pid, host: 'blue', behavior: 'next', depth: 0 });

    for (const peer of peers) system.exit(peer.pid, new Error('peer'));
    await settled();
    expect([signals, exits]).toEqual([Array(2).fill(`pid.link.down ${pid}`), []]);
    system.terminate('it');
    await settled();
    expect(exits).toEqual(['killed']);
  });

  it('is its membership of groups (U2)', async () => {
    const system = prepared();
    const { pid, self } = await puppet(system);
    self.join('g');
    self.join('g');
    self.upgrade('next');
    await settled();

    expect(system.groups.members('g')).toEqual([pid, pid]);
    expect(system.groups.broadcast('g', 'x', 1)).toBe(1);
  });

  it('is a link that ends a peer when the new body crashes (U2, K5)', async () => {
    const system = quiet();
    system.define('next', () => throwError(() => new Error('new')));
    const { self } = await puppet(system);
    const peer = await puppet(system);
    const exits = exitOf(system, peer.pid);
    peer.self.link(self.pid);
    await settled();
    self.upgrade('next');

    await settled();
    expect(exits).toEqual(['error new']);
  });

  it('is the deadline of a cancel (U2, C1)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    system.define('next', idle);
    const { pid, self } = await puppet(system);
    const exits = exitOf(system, pid);
    system.cancel(pid, { deadline: 100 });
    await settled();
    self.upgrade('next');
    await settled();
    scheduler.advance(100);

    await settled();
    expect(exits).toEqual(['killed']);
  });

  it.each<[string, (log: unknown[]) => Behavior]>([
    [
      'in an inbox that is held',
      (log) => (inbox) =>
        inbox.pipe(
          act((m) => {
            log.push(`old ${m.topic} ${m.payload}`);
            return m.topic === 'up' ? upgrade('next') : NEVER;
          }),
        ),
    ],
    [
      'for a listener that is held',
      (log) => (_inbox, self) =>
        self.listen('*').pipe(
          act((m) => {
            log.push(`old ${m.topic} ${m.payload}`);
            return NEVER;
          }),
        ),
    ],
    ['that nobody reads', () => idle],
    [
      'for a generator at work',
      (log) =>
        async function* (inbox: Inbox) {
          for await (const m of receive(inbox)) {
            log.push(`old ${m.topic} ${m.payload}`);
            yield* [];
            await new Promise(() => {});
          }
        },
    ],
  ])('is every message %s, in its order (U2, M3)', async (what, old) => {
    const log: unknown[] = [];
    const system = prepared(log);
    const self = deferred<Self>();
    const behavior = old(log);
    const pid = system.spawn((inbox, me) => {
      self.resolve(me);
      return behavior(inbox, me);
    });
    for (const n of [1, 2, 3]) system.send(pid, 'a', n);
    const me = await within(self.promise);
    await settled();
    me.upgrade('next');
    system.send(pid, 'b', 4);

    await settled();
    const taken = what === 'that nobody reads' ? 'new a 1' : 'old a 1';
    expect(log).toEqual([taken, 'new a 2', 'new a 3', 'new b 4']);
  });

  it('is every message once and in order, upgraded at any place (U2, M3)', async () => {
    const upgradesAnywhere = fc.array(fc.boolean(), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(upgradesAnywhere, fc.boolean(), async (plan, isHeld) => {
        const log: unknown[] = [];
        const system = quiet();
        const handle = ({ payload }: { payload: unknown }) => {
          const n = payload as number;
          log.push(n);
          return plan[n] ? upgrade() : undefined;
        };
        system.define('it', (inbox) => inbox.pipe(isHeld ? act(handle) : map(handle)));
        const pid = system.spawn('it');
        for (const n of plan.keys()) system.send(pid, 'x', n);
        await settled(plan.length + 4);
        expect(log).toEqual([...plan.keys()]);
        await system.shutdown();
      }),
      { numRuns: 30 },
    );
  });

  it('is every message that the old body sends to its own process as it ends (U2, U3)', async () => {
    const log: unknown[] = [];
    const system = prepared(log);
    const self = deferred<Self>();
    system.spawn((inbox, me) => {
      const says = (text: string) => ({ complete: () => void me.send(me.pid, text, 1) });
      inbox.subscribe(says('inbox'));
      me.listen('x').subscribe(says('listen'));
      me.signals$.subscribe(says('signals'));
      self.resolve(me);
      return NEVER.pipe(finalize(() => me.send(me.pid, 'pipeline', 1)));
    });
    const me = await within(self.promise);
    await settled();
    me.upgrade('next');

    await settled();
    const words = ['pipeline', 'inbox', 'listen', 'signals'];
    expect(log).toEqual(words.map((text) => `new ${text} 1`));
  });

  it('is the count of what waits (U2, M11)', async () => {
    const system = quiet({ mailbox: { capacity: 3 } });
    system.define('next', idle);
    const { pid, self } = await puppet(system);
    self.upgrade('next');
    const sends = [1, 2, 3, 4].map((n) => system.send(pid, 'a', n));

    await settled();
    expect(sends).toEqual([true, true, true, false]);
    expect(system.processes()).toEqual([expect.objectContaining({ depth: 3 })]);
  });
});

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

    await settled();
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

    await settled();
    expect([log, exits]).toEqual([['finally', 'completes', 'new b 1'], []]);
  });

  it.each<[string, Behavior]>([
    ['a pipeline', (inbox) => inbox.pipe(mergeMap(() => of(upgrade('next'), done('old'))))],
    ['an array', () => [upgrade('next'), exit('kill')]],
    [
      'a generator',
      async function* () {
        yield upgrade('next');
        yield done('old');
      },
    ],
    [
      'the return of a generator',
      async function* () {
        yield upgrade('next');
        return 'old';
      },
    ],
    [
      'a promise whose behaviour has upgraded already',
      async (_inbox, self) => {
        self.upgrade('next');
        return done('old');
      },
    ],
    [
      'a stream whose behaviour has upgraded already',
      (_inbox, self) => {
        self.upgrade('next');
        return of(done('old'));
      },
    ],
  ])('says nothing any more after the upgrade: %s (U3, E3)', async (_what, behavior) => {
    const log: unknown[] = [];
    const system = prepared(log);
    const pid = system.spawn(behavior);
    const exits = exitOf(system, pid);
    for (const topic of ['a', 'b']) system.send(pid, topic, 1);

    await settled();
    expect([log.at(-1), exits]).toEqual(['new b 1', []]);
  });

  it.each<[string, Behavior]>([
    [
      'throws in its call after it has upgraded',
      (_inbox, self) => {
        self.upgrade('next');
        throw new Error('late');
      },
    ],
    [
      'rejects after it has upgraded',
      async (_inbox, self) => {
        self.upgrade('next');
        throw new Error('late');
      },
    ],
    [
      'throws in its teardown',
      (inbox) =>
        inbox.pipe(
          map(() => upgrade('next')),
          finalize(() => {
            throw new Error('late');
          }),
        ),
    ],
  ])('that %s is told of, and the process lives (U3, S8)', async (_what, behavior) => {
    const system = prepared();
    const errors: unknown[] = [];
    system.events$.subscribe((e) => e.type === 'handlerError' && errors.push(String(e.error)));
    const pid = system.spawn(behavior);
    system.send(pid, 'a', 1);

    await settled();
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

    await settled();
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
    await settled();
    self.upgrade('next');
    expect(log.sort()).toEqual(['call', 'exit$', 'group', 'listen', 'monitor', 'signals']);

    expect([monitorsOf(system, other), monitorsOf(system, child.pid)]).toEqual([0, 0]);
    expect(tables(system)).toMatchObject({ calls: 0 });
    system.terminate(other);
    system.terminate(child.pid);
    system.cancel(pid);
    system.send(pid, 'x', 1);
    system.groups.join('g', pid);
    await settled();
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
    await settled();
    for (const n of [0, 1, 2]) system.send(pid, 'x', n);
    await settled();
    self.upgrade('next');
    system.send(pid, 'y', 3);

    await settled();
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
    await settled();
    me.upgrade('next');

    await settled();
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
    await settled();
    self.upgrade('next');
    await settled();
    scheduler.advance(10_000);

    await within(stopped);
    expect([log, exits]).toEqual([[true], ['killed']]);
  });

  it('has a self that still acts for the process (U5)', async () => {
    const log: unknown[] = [];
    const system = prepared(log);
    const { pid, self } = await puppet(system);
    self.upgrade('next');
    await settled();
    self.send(pid, 'a', self.pid);
    self.register('it');

    await settled();
    expect([log, system.names.lookup('it')]).toEqual([[`new a ${pid}`], pid]);
    self.exit('normal');
    expect(system.processes()).toEqual([]);
  });
});

describe('the new body', () => {
  it.each<[string, Behavior, string]>([
    [
      'throws when it is called',
      () => {
        throw new Error('called');
      },
      'error called',
    ],
    ['errors', () => throwError(() => new Error('stream')), 'error stream'],
    ['completes', () => [], 'normal'],
    ['is done', () => [done(7)], 'normal 7'],
  ])('that %s ends the process so (U4, S8)', async (_what, behavior, end) => {
    const system = quiet();
    system.define('next', behavior);
    const { pid, self } = await puppet(system);
    const exits = exitOf(system, pid);
    self.upgrade('next');

    await settled();
    expect(exits).toEqual([end]);
  });

  it('is not called when the process ends before its turn (U4)', async () => {
    const log: string[] = [];
    const system = quiet();
    system.define('next', () => {
      log.push('called');
      return NEVER;
    });
    const { pid, self } = await puppet(system);
    const exits = exitOf(system, pid);
    self.upgrade('next');
    self.exit('shutdown');

    await settled();
    expect([log, exits]).toEqual([[], ['shutdown']]);
  });

  it('is each of two that are asked for in one turn, in their order (U4)', async () => {
    const log: string[] = [];
    const system = quiet();
    for (const id of ['one', 'two']) {
      system.define(id, () => {
        log.push(id);
        return NEVER.pipe(finalize(() => log.push(`${id} over`)));
      });
    }
    const { self } = await puppet(system);
    self.upgrade('one');
    self.upgrade('two');

    await settled();
    expect(log).toEqual(['one', 'one over', 'two']);
  });

  it('finds what came for signals$ meanwhile (U2, C2)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    system.define('next', (_inbox, self) =>
      self.signals$.pipe(
        tap((s) => log.push(s.kind)),
        ignoreElements(),
      ),
    );
    const { pid, self } = await puppet(system);
    self.signals$.subscribe(() => log.push('old'));
    await settled();
    self.upgrade('next');
    system.cancel(pid);

    await settled();
    expect(log).toEqual(['pid.cancel']);
  });

  it('may upgrade at once, any number of times: no stack grows (U4, M4)', async () => {
    const system = quiet();
    let lives = 0;
    const finished = deferred();
    system.define('it', (inbox, self) => {
      if (++lives === 10_000) finished.resolve();
      else self.upgrade();
      return merge(inbox, self.signals$).pipe(ignoreElements());
    });
    const pid = system.spawn('it');
    await within(finished.promise);

    await settled();
    expect(system.processes()).toEqual([expect.objectContaining({ pid, depth: 0 })]);
  });
});
