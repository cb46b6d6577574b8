import { describe, expect, it } from '@jest/globals';
import { finalize, map, merge, NEVER, Observable, of } from 'rxjs';
import {
  type Behavior,
  done,
  ofTopic,
  type Self,
  type System,
  type SystemEvent,
  send,
} from '../../lib/index.js';
import { collect, deferred, idle, puppet, quiet, settled } from '../support/runtime.js';

const boom = new Error('boom');

const ENDS: readonly { how: string; end: (system: System, pid: string, self: Self) => void }[] = [
  { how: 'terminate', end: (system, pid) => void system.terminate(pid) },
  { how: 'an exit signal', end: (system, pid) => void system.exit(pid, 'shutdown') },
  { how: 'its own exit', end: (_system, _pid, self) => self.exit(boom) },
  { how: 'done', end: (system, pid) => void system.send(pid, 'end', 1) },
  { how: 'a stop', end: (system) => void system.shutdown() },
];

describe('the end of a process', () => {
  it.each(ENDS)('by $how runs every teardown exactly once (E3)', async ({ end }) => {
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
    await settled(system);
    end(system, pid, me as Self);

    await settled(system);
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

  it.each<{ how: string; behavior: Behavior }>([
    { how: 'at once', behavior: () => of(done('value')) },
    {
      how: 'with an error',
      behavior: () => {
        throw boom;
      },
    },
    {
      how: 'by its own exit',
      behavior: (_inbox, self) => {
        self.exit('normal');
        return NEVER;
      },
    },
  ])('$how in its first turn tears down what it subscribed (E3)', async ({ behavior }) => {
    const system = quiet();
    const log: string[] = [];
    system.spawn((inbox, self) => {
      inbox.pipe(finalize(() => log.push('torn down'))).subscribe();
      return behavior(inbox, self);
    });

    await settled(system);
    expect([log, system.processes()]).toEqual([['torn down'], []]);
  });

  it('unsubscribes a source that is subscribed while the process ends (E3)', async () => {
    const system = quiet();
    const log: string[] = [];
    system.spawn(
      (_inbox, self) =>
        new Observable<undefined>((subscriber) => {
          subscriber.add(() => log.push('torn down'));
          self.exit('normal');
        }),
    );

    await settled(system);
    expect(log).toEqual(['torn down']);
  });

  it('subscribes nothing that a behaviour returns which has ended its process (E3)', async () => {
    const system = quiet();
    const log: string[] = [];
    system.spawn((_inbox, self) => {
      self.exit('normal');
      return new Observable<undefined>(() => void log.push('subscribed'));
    });

    await settled(system);
    expect(log).toEqual([]);
  });

  it('leaves nothing that the body does afterwards with an effect (E3)', async () => {
    const system = quiet();
    const target = await puppet(system);
    const late = await puppet(system);
    late.self.exit('normal');
    await settled(system);
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
    await settled(system);
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
    await settled(system);
    system.terminate(pid);

    await settled(system);
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
    await settled(system);
    for (const pid of pids) system.terminate(pid);
    await settled(system);
    for (const gate of gates) gate.resolve(undefined);

    await settled(system);
    expect(target.log).toEqual([]);
  });
});
