import { describe, expect, it } from '@jest/globals';
import { finalize, firstValueFrom, map, merge, NEVER, Observable, of } from 'rxjs';
import {
  type Behavior,
  done,
  type Inbox,
  ofTopic,
  receive,
  type Self,
  type System,
  type SystemEvent,
  send,
} from '../../lib/index.js';
import { collect, deferred, exitOf, idle, puppet, quiet, settled } from '../support/runtime.js';

const boom = new Error('boom');

const ENDS: readonly [string, (system: System, pid: string, self: Self) => void][] = [
  ['terminate', (system, pid) => void system.terminate(pid)],
  ['an exit signal', (system, pid) => void system.exit(pid, 'shutdown')],
  ['its own exit', (_system, _pid, self) => self.exit(boom)],
  ['done', (system, pid) => void system.send(pid, 'end', 1)],
  ['a stop', (system) => void system.shutdown()],
];

describe('the end of a process', () => {
  it.each(ENDS)('by %s runs every teardown exactly once (E3)', async (_how, end) => {
    const system = quiet();
    const log: string[] = [];
    let me: Self | undefined;
    const pid = system.spawn((inbox, self) => {
      me = self;
      inbox.pipe(finalize(() => log.push('subscription'))).subscribe();
      self
        .listen('x')
        .pipe(finalize(() => log.push('listen')))
        .subscribe();
      const end$ = inbox.pipe(
        ofTopic('end'),
        map(() => done()),
      );
      return merge(end$, NEVER.pipe(finalize(() => log.push('inner')))).pipe(
        finalize(() => log.push('returned')),
      );
    });
    await settled();
    end(system, pid, me as Self);

    await settled();
    expect(log.sort()).toEqual(['inner', 'listen', 'returned', 'subscription']);
  });

  it('fires the AbortSignal, once (E3)', async () => {
    const system = quiet();
    const log: string[] = [];
    const { self } = await puppet(system);
    self.abortSignal.addEventListener('abort', () => log.push('abort'));
    expect(self.abortSignal.aborted).toBe(false);
    self.exit('normal');
    self.exit('normal');

    expect([log, self.abortSignal.aborted]).toEqual([['abort'], true]);
  });

  it('shows in an AbortSignal that is asked for afterwards (E3)', async () => {
    const system = quiet();
    const { self } = await puppet(system);
    self.exit('normal');

    expect(self.abortSignal.aborted).toBe(true);
  });

  it.each<[string, Behavior]>([
    ['at once', () => of(done('value'))],
    [
      'with an error',
      () => {
        throw boom;
      },
    ],
    [
      'by its own exit',
      (_inbox, self) => {
        self.exit('normal');
        return NEVER;
      },
    ],
  ])('%s in its first turn tears down what it subscribed (E3)', async (_how, behavior) => {
    const system = quiet();
    const log: string[] = [];
    system.spawn((inbox, self) => {
      inbox.pipe(finalize(() => log.push('torn down'))).subscribe();
      return behavior(inbox, self);
    });

    await settled();
    expect([log, system.processes()]).toEqual([['torn down'], []]);
  });

  it('unsubscribes a source that is subscribed while the process ends (E3)', async () => {
    const system = quiet();
    const log: string[] = [];
    const source = new Observable<undefined>((subscriber) => {
      subscriber.add(() => log.push('torn down'));
      subscriber.next(undefined);
    });
    system.spawn((_inbox, self) => {
      self.exit('normal');
      return source;
    });

    await settled();
    expect(log).toEqual(['torn down']);
  });

  it('leaves nothing that the body does afterwards with an effect (E3)', async () => {
    const system = quiet();
    const target = await puppet(system);
    const late = await puppet(system);
    late.self.exit('normal');
    await settled();
    const events = collect<SystemEvent>(system.events$);
    const { self } = late;

    expect(self.send(target.pid, 'x', 1)).toBe(false);
    self.unlink(target.pid);
    self.exit(boom);
    self.setOptions({ trapLinks: true });
    const attempts = [
      () => self.spawn(idle),
      () => self.spawnLinked(idle),
      () => self.spawnMonitored(idle),
      () => self.link(target.pid),
      () => self.register('late'),
    ];
    for (const attempt of attempts) {
      expect(attempt).toThrow(expect.objectContaining({ code: 'Unavailable' }));
    }
    await settled();
    expect([target.log, system.processes().length, system.names.lookup('late'), events]).toEqual([
      [],
      1,
      undefined,
      [],
    ]);
  });

  it('lets the teardown say its last words, but not take a name (E3, R4)', async () => {
    const system = quiet();
    const target = await puppet(system);
    const errors: unknown[] = [];
    const pid = system.spawn((_inbox, self) =>
      NEVER.pipe(
        finalize(() => {
          self.send(target.pid, 'last', 'words');
          try {
            self.register('late');
          } catch (error) {
            errors.push((error as { code: string }).code);
          }
        }),
      ),
    );
    await settled();
    system.terminate(pid);

    await settled();
    expect([target.log, errors, system.names.lookup('late')]).toEqual([
      ['last words'],
      ['NotFound'],
      undefined,
    ]);
  });

  it('drops the outputs of a promise that settles too late (E3)', async () => {
    const system = quiet();
    const target = await puppet(system);
    const gates = [deferred<undefined>(), deferred<undefined>()] as const;
    const pids = [
      system.spawn(async () => gates[0].promise.then(() => send(target.pid, 'late', 1))),
      system.spawn(async () => gates[1].promise.then(() => Promise.reject(boom))),
    ];
    await settled();
    for (const pid of pids) system.terminate(pid);
    await settled();
    for (const gate of gates) gate.resolve(undefined);

    await settled();
    expect(target.log).toEqual([]);
  });
});

describe('the end of an async generator', () => {
  const waits: readonly [string, (inbox: Inbox, self: Self) => Promise<unknown>][] = [
    ['receive', async (inbox) => receive(inbox).next()],
    ['receive of a listen stream', async (_inbox, self) => receive(self.listen('x')).next()],
    ['a call', async (_inbox, self) => firstValueFrom(self.call(self.args[0] as string, 'x', 1))],
    ['a monitor', async (_inbox, self) => firstValueFrom(self.monitor(self.args[0] as string))],
    [
      'the exit$ of a child',
      async (_inbox, self) => firstValueFrom(self.spawnMonitored(idle).exit$),
    ],
    ['signals$', async (_inbox, self) => firstValueFrom(self.signals$)],
    [
      'its AbortSignal',
      async (_inbox, self) =>
        new Promise((resolve) => self.abortSignal.addEventListener('abort', resolve)),
    ],
  ];
  it.each(waits)('that awaits %s runs its finally (E3)', async (_what, wait) => {
    const system = quiet();
    const log: string[] = [];
    const pid = system.spawn(
      async function* (inbox, self) {
        try {
          yield undefined;
          await wait(inbox, self);
          log.push('went on');
        } finally {
          log.push('finally');
        }
      },
      { args: [system.spawn(idle)] },
    );
    const exits = exitOf(system, pid);
    await settled();
    system.terminate(pid);

    await settled();
    expect([log.at(-1), log.filter((line) => line === 'finally').length, exits]).toEqual([
      'finally',
      1,
      ['killed'],
    ]);
  });

  it('runs a finally to its end, through what it yields, which has no effect (E3)', async () => {
    const system = quiet();
    const target = await puppet(system);
    const log: string[] = [];
    const pid = system.spawn(async function* (inbox: Inbox) {
      try {
        await receive(inbox).next();
        yield undefined;
        log.push('went on');
      } finally {
        log.push('begins');
        yield send(target.pid, 'late', 1);
        await Promise.resolve();
        log.push('ends');
      }
    });
    await settled();
    system.terminate(pid);

    await settled();
    expect([log, target.log]).toEqual([['begins', 'ends'], []]);
  });

  it('ends the loop over receive, and then the body (E3)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const pid = system.spawn(async function* (inbox: Inbox) {
      for await (const { payload } of receive(inbox)) yield void log.push(payload);
      log.push('after the loop');
    });
    system.send(pid, 'x', 1);
    await settled();
    system.terminate(pid);

    await settled();
    expect(log).toEqual([1, 'after the loop']);
  });

  it('swallows what a finally throws (E3)', async () => {
    const system = quiet();
    const pid = system.spawn(async function* (inbox: Inbox) {
      try {
        for await (const _ of receive(inbox)) yield undefined;
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: what must do no harm
        throw boom;
      }
    });
    await settled();
    const exits = exitOf(system, pid);
    system.terminate(pid);

    await settled();
    expect(exits).toEqual(['killed']);
  });

  it('runs its finally after done as well (E3, S6)', async () => {
    const system = quiet();
    const log: string[] = [];
    const exits = exitOf(
      system,
      system.spawn(async function* () {
        try {
          yield done(7);
          log.push('went on');
        } finally {
          log.push('finally');
        }
      }),
    );

    await settled();
    expect([log, exits]).toEqual([['finally'], ['normal 7']]);
  });
});
