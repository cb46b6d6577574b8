import { describe, expect, it } from '@jest/globals';
import { filter, ignoreElements, map, merge, NEVER, Subject, take, tap, throwError } from 'rxjs';
import { act, type SystemEvent, send } from '../../lib/index.js';
import { collect, exitOf, puppet, quiet, settled } from '../support/runtime.js';

/** A process that works on each message until the spec says so. */
function worker(concurrency = 1) {
  const system = quiet();
  const log: string[] = [];
  const finish = new Subject<unknown>();
  const pid = system.spawn((inbox) =>
    inbox.pipe(
      act(
        ({ payload }) => {
          log.push(`begin ${payload}`);
          return finish.pipe(
            filter((which) => which === payload),
            take(1),
            map(() => void log.push(`end ${payload}`)),
          );
        },
        { concurrency },
      ),
    ),
  );
  return { system, pid, log, finish };
}

describe('act', () => {
  it('handles one message at a time and holds the mailbox meanwhile (M12)', async () => {
    const { system, pid, log, finish } = worker();
    for (const n of [1, 2, 3]) system.send(pid, 'x', n);
    await settled(system);
    expect([log, system.processes()[0]?.depth]).toEqual([['begin 1'], 2]);

    finish.next(1);
    await settled(system);
    expect([log, system.processes()[0]?.depth]).toEqual([['begin 1', 'end 1', 'begin 2'], 1]);
  });

  it('holds at n with a concurrency of n (M12)', async () => {
    const { system, pid, log, finish } = worker(2);
    for (const n of [1, 2, 3]) system.send(pid, 'x', n);
    await settled(system);
    expect([log, system.processes()[0]?.depth]).toEqual([['begin 1', 'begin 2'], 1]);

    finish.next(2);
    await settled(system);
    expect(log).toEqual(['begin 1', 'begin 2', 'end 2', 'begin 3']);
  });

  it('turns an error of one message into an event, and handles the next (M12)', async () => {
    const system = quiet({ scheduler: { now: () => 7 } as never });
    const events = collect<SystemEvent>(system.events$);
    const { pid: sink, log } = await puppet(system);
    const errors = [new Error('thrown'), new Error('errored'), new Error('rejected')];
    const pid = system.spawn((inbox) =>
      inbox.pipe(
        act((message) => {
          if (message.payload === 0) throw errors[0];
          if (message.payload === 1) return throwError(() => errors[1]);
          if (message.payload === 2) return Promise.reject(errors[2]);
          return send(sink, 'x', message.payload);
        }),
      ),
    );
    for (const n of [0, 1, 2, 3]) system.send(pid, 'x', n);

    await settled(system);
    expect(events.filter(({ type }) => type !== 'spawned')).toEqual(
      errors.map((error, payload) => ({
        type: 'handlerError',
        at: 7,
        pid,
        error,
        message: { topic: 'x', payload, from: undefined },
      })),
    );
    expect(log).toEqual(['x 3']);
  });

  it("ends the process on an error with onError: 'crash' (M12)", async () => {
    const system = quiet();
    const pid = system.spawn((inbox) =>
      inbox.pipe(act(() => throwError(() => new Error('boom')), { onError: 'crash' })),
    );
    const exits = exitOf(system, pid);
    system.send(pid, 'x', 1);

    await settled(system);
    expect(exits).toEqual(['error boom']);
  });

  it('takes commands, arrays and nothing as results (M12)', async () => {
    const system = quiet();
    const { pid: sink, log } = await puppet(system);
    const results = [
      undefined,
      send(sink, 'x', 1),
      [send(sink, 'x', 2), undefined, send(sink, 'x', 3)],
    ];
    const pid = system.spawn((inbox) =>
      inbox.pipe(act(({ payload }) => results[payload as number])),
    );
    for (const n of [0, 1, 2]) system.send(pid, 'x', n);

    await settled(system);
    expect(log).toEqual(['x 1', 'x 2', 'x 3']);
  });

  it('delays neither CANCEL nor death while it holds (M10)', async () => {
    const system = quiet();
    const log: string[] = [];
    const pid = system.spawn((inbox, self) =>
      merge(
        inbox.pipe(act(() => NEVER)),
        self.signals$.pipe(
          tap(({ kind }) => log.push(kind)),
          ignoreElements(),
        ),
      ),
    );
    const exits = exitOf(system, pid);
    for (const n of [1, 2, 3]) system.send(pid, 'x', n);
    await settled(system);
    system.cancel(pid);
    await settled(system);
    expect(log).toEqual(['pid.cancel']);

    system.exit(pid, 'shutdown');
    await settled(system);
    expect(exits).toEqual(['shutdown']);
  });

  it.each([true, false])(
    'does not delay the effect of a link and an unlink, unlinked %p (M10)',
    async (isUnlinked) => {
      const system = quiet();
      const pid = system.spawn((inbox) => inbox.pipe(act(() => NEVER)));
      const exits = exitOf(system, pid);
      const { self } = await puppet(system);
      for (const n of [1, 2]) system.send(pid, 'x', n);
      await settled(system);
      self.link(pid);
      if (isUnlinked) self.unlink(pid);
      self.exit(new Error('down'));

      await settled(system);
      expect(exits).toEqual(isUnlinked ? [] : ['error down']);
    },
  );

  it('keeps an EXIT behind the messages held back, not behind the one in work (M10, N5)', async () => {
    const system = quiet();
    const a = await puppet(system);
    const b = await puppet(system);
    const log: string[] = [];
    const finish = new Subject<void>();
    const pid = system.spawn((inbox, self) =>
      merge(
        inbox.pipe(
          act(({ payload }) => {
            log.push(`x ${payload}`);
            return finish.pipe(take(1), ignoreElements());
          }),
        ),
        ...[a, b].map(({ pid }, i) =>
          self.monitor(pid).pipe(map(() => void log.push(`EXIT ${i}`))),
        ),
      ),
    );
    await settled(system);
    a.self.send(pid, 'x', 1);
    a.self.exit('normal');
    await settled(system);
    expect(log).toEqual(['x 1', 'EXIT 0']);

    b.self.send(pid, 'x', 2);
    b.self.exit('normal');
    for (let i = 0; i < 2; i++) {
      await settled(system);
      log.push('finish');
      finish.next();
    }
    await settled(system);
    expect(log).toEqual(['x 1', 'EXIT 0', 'finish', 'x 2', 'EXIT 1', 'finish']);
  });

  it('keeps an EXIT behind messages held back from a listener, too (M10, N5)', async () => {
    const system = quiet();
    const target = await puppet(system);
    const log: string[] = [];
    const finish = new Subject<void>();
    const pid = system.spawn((_inbox, self) =>
      merge(
        self.listen('x').pipe(
          act(({ payload }) => {
            log.push(`x ${payload}`);
            return finish.pipe(take(1), ignoreElements());
          }),
        ),
        self.monitor(target.pid).pipe(map(() => void log.push('EXIT'))),
      ),
    );
    await settled(system);
    target.self.send(pid, 'x', 1);
    target.self.send(pid, 'x', 2);
    target.self.exit('normal');
    for (let i = 0; i < 2; i++) {
      await settled(system);
      finish.next();
    }

    await settled(system);
    expect(log).toEqual(['x 1', 'x 2', 'EXIT']);
  });

  it('holds each of two outlets that it reads (M12)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const finish = new Subject<void>();
    const pid = system.spawn((inbox, self) =>
      merge(inbox, self.listen('y')).pipe(
        act(({ topic, payload }) => {
          log.push(`${topic} ${payload}`);
          return finish.pipe(take(1), ignoreElements());
        }),
      ),
    );
    for (const n of [1, 2, 3]) {
      system.send(pid, 'x', n);
      system.send(pid, 'y', n);
    }
    await settled(system);
    // One in work; of the other outlet one was on its way when the work began.
    expect([log, system.processes()[0]?.depth]).toEqual([['x 1'], 4]);
    for (let i = 0; i < 6; i++) {
      finish.next();
      await settled(system);
    }

    expect([log.length, new Set(log).size, system.processes()[0]?.depth]).toEqual([6, 6, 0]);
  });

  it('lets go of the mailbox when it is unsubscribed in the middle of its work (M12)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const stop = new Subject<void>();
    const pid = system.spawn((inbox) => {
      const working = inbox.pipe(act(() => NEVER)).subscribe();
      stop.subscribe(() => {
        working.unsubscribe();
        inbox.subscribe(({ payload }) => log.push(payload));
      });
      return NEVER;
    });
    for (const n of [1, 2, 3]) system.send(pid, 'x', n);
    await settled(system);
    stop.next();

    await settled(system);
    expect(log).toEqual([2, 3]);
  });
});
