import { describe, expect, it } from '@jest/globals';
import { ignoreElements, merge, NEVER, type Observable, Subject, switchMap, take, tap } from 'rxjs';
import { act, combine, type Message, type Self, type System } from '../../lib/index.js';
import { collect, deferred, puppet, quiet, reads, settled, within } from '../support/runtime.js';

const show = (source: Observable<Message>, log: unknown[], label: string): Observable<never> =>
  source.pipe(
    tap(({ topic, payload }) => log.push(`${label}: ${topic} ${payload}`)),
    ignoreElements(),
  );

const sendAll = (system: System, to: string, ...topics: string[]): void => {
  for (const [i, topic] of topics.entries()) system.send(to, topic, i);
};

describe('listen', () => {
  it('takes its topic out of the inbox, which gets every other (M6)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const pid = system.spawn((inbox, self) =>
      merge(show(self.listen('tick'), log, 'listen'), show(inbox, log, 'inbox')),
    );
    sendAll(system, pid, 'tick', 'tock', 'tick.tick', 'tick');

    await settled(system);
    expect(log).toEqual([
      'listen: tick 0',
      'inbox: tock 1',
      'inbox: tick.tick 2',
      'listen: tick 3',
    ]);
  });

  it('routes from the subscription on, until it is unsubscribed (M6)', async () => {
    const system = quiet();
    const { pid, self, log } = await puppet(system);
    const tick$ = self.listen('tick');
    sendAll(system, pid, 'tick');
    await settled(system);

    const listening = show(tick$, log, 'listen').subscribe();
    sendAll(system, pid, 'tick');
    await settled(system);

    listening.unsubscribe();
    sendAll(system, pid, 'tick');
    await settled(system);
    expect(log).toEqual(['tick 0', 'listen: tick 0', 'tick 0']);
  });

  it('is decided at delivery, not at sending (M6)', async () => {
    const system = quiet();
    const { pid, self, log } = await puppet(system);
    sendAll(system, pid, 'tick');
    const listening = show(self.listen('tick'), log, 'listen').subscribe();
    await settled(system);
    sendAll(system, pid, 'tick');
    listening.unsubscribe();

    await settled(system);
    expect(log).toEqual(['listen: tick 0', 'tick 0']);
  });

  it('takes over what waits for it in an inbox that nobody reads, and later (M6, M7)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const go = new Subject<void>();
    const pid = system.spawn((inbox, self) =>
      go.pipe(
        switchMap(() => merge(show(self.listen('tick'), log, 'listen'), show(inbox, log, 'inbox'))),
      ),
    );
    await settled(system);
    sendAll(system, pid, 'tick', 'tock', 'tick');
    await settled(system);
    go.next();
    expect(log).toEqual([]);
    sendAll(system, pid, 'late');

    await settled(system);
    expect(log.filter((line) => `${line}`.startsWith('listen'))).toEqual([
      'listen: tick 0',
      'listen: tick 2',
    ]);
    expect(log.filter((line) => `${line}`.startsWith('inbox'))).toEqual([
      'inbox: tock 1',
      'inbox: late 0',
    ]);
  });

  it('gives what it had no reader for back to the inbox, ahead of what came later (M6)', async () => {
    const system = quiet();
    const { pid, self, log } = await puppet(system);
    sendAll(system, pid, 'x', 'x', 'x');
    show(self.listen('x').pipe(take(1)), log, 'listen').subscribe();

    await settled(system);
    expect(log).toEqual(['listen: x 0', 'x 1', 'x 2']);
  });

  it('gives back what waits in its order of arrival among what waits in the inbox (M3, M6)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const go = new Subject<never>();
    const self = deferred<Self>();
    const pid = system.spawn((inbox, me) => {
      self.resolve(me);
      return inbox.pipe(
        act(({ topic, payload }) => {
          log.push(`${topic} ${payload}`);
          return payload === 0 ? go : [];
        }),
      );
    });
    const me = await within(self.promise);
    const held = () => act(() => NEVER);
    const listening = me.listen('x').pipe(held()).subscribe();
    await settled(system);
    // The inbox is held from y 0 on, the listener from x 1 on.
    sendAll(system, pid, 'y', 'x', 'y', 'x', 'z', 'x', 'y');
    await settled(system);
    listening.unsubscribe();
    sendAll(system, pid, 'x');
    go.complete();

    await settled(system);
    expect(log).toEqual(['y 0', 'y 2', 'x 3', 'z 4', 'x 5', 'y 6', 'x 0']);
  });

  it('leaves what waits to the next pattern that matches it, if there is one (M6)', async () => {
    const system = quiet();
    const { pid, self, log } = await puppet(system);
    const exact = self
      .listen('a.b')
      .pipe(act(() => NEVER))
      .subscribe();
    show(self.listen('a.*'), log, 'glob').subscribe();
    await settled(system);
    sendAll(system, pid, 'a.b', 'a.c', 'a.b', 'x');
    await settled(system);
    exact.unsubscribe();

    await settled(system);
    expect(log).toEqual(['glob: a.c 1', 'x 3', 'glob: a.b 2']);
  });

  const GLOBS: readonly { pattern: string; hits: readonly string[]; misses: readonly string[] }[] =
    [
      { pattern: 'a.*', hits: ['a.b', 'a.'], misses: ['a', 'a.b.c', 'b.a', 'ab'] },
      { pattern: '*.b', hits: ['a.b'], misses: ['b', 'a.a.b', 'a.c'] },
      { pattern: '*', hits: ['a', 'a*'], misses: ['a.b'] },
      { pattern: 'a.*.c', hits: ['a.b.c'], misses: ['a.c', 'a.b.b.c'] },
      { pattern: 'a.**', hits: ['a.b', 'a.b.c'], misses: ['a', 'b.a'] },
      { pattern: '**', hits: ['a', 'a.b', 'a.b.c'], misses: [] },
      { pattern: 'a*', hits: ['a*'], misses: ['ab', 'a.b'] },
      { pattern: 'a.b', hits: ['a.b'], misses: ['a.b.c', 'axb'] },
    ];
  it.each(GLOBS)(
    'matches by $pattern: * is one segment, a final ** the rest (M6)',
    async ({ pattern, hits, misses }) => {
      const system = quiet();
      const log: unknown[] = [];
      const rest: unknown[] = [];
      const pid = system.spawn((inbox, self) =>
        merge(
          reads(log, ({ topic }) => topic)(self.listen(pattern)),
          reads(rest, ({ topic }) => topic)(inbox),
        ),
      );
      sendAll(system, pid, ...hits, ...misses);

      await settled(system);
      expect({ hits: log, misses: rest }).toEqual({ hits, misses });
    },
  );

  it('refuses ** before the end (M6)', async () => {
    const { self } = await puppet(quiet());
    const errors: unknown[] = [];
    self.listen('a.**.b').subscribe({ error: (error) => errors.push(error.code) });

    expect(errors).toEqual(['Invalid']);
  });

  it('prefers the exact pattern to a glob, then the longest (M6)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const patterns = ['**', 'a.**', 'a.*', 'a.b', 'a.*.c', 'long.**', 'long.segment'];
    const pid = system.spawn((_inbox, self) =>
      merge(...patterns.map((pattern) => show(self.listen(pattern), log, pattern))),
    );
    sendAll(system, pid, 'a.b', 'a.c', 'a.b.c', 'a.b.c.d', 'b', 'long.segment', 'long.x');

    await settled(system);
    expect(log).toEqual([
      'a.b: a.b 0',
      'a.**: a.c 1',
      'a.*.c: a.b.c 2',
      'a.**: a.b.c.d 3',
      '**: b 4',
      'long.segment: long.segment 5',
      'long.**: long.x 6',
    ]);
  });

  it('shares a message among equal patterns, and ends with the last of them (M6)', async () => {
    const system = quiet();
    const { pid, self, log } = await puppet(system);
    const first = show(self.listen('x'), log, 'first').subscribe();
    const second = show(self.listen('x'), log, 'second').subscribe();
    sendAll(system, pid, 'x');
    await settled(system);
    first.unsubscribe();
    sendAll(system, pid, 'x');
    await settled(system);
    second.unsubscribe();
    sendAll(system, pid, 'x');

    await settled(system);
    expect(log).toEqual(['first: x 0', 'second: x 0', 'second: x 0', 'x 0']);
  });

  it('takes its topic from every behaviour of a combination (M6)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const pid = system.spawn(
      combine(
        (_inbox, self) => show(self.listen('x'), log, 'listen'),
        (inbox) => show(inbox, log, 'inbox'),
      ),
    );
    sendAll(system, pid, 'x', 'y');

    await settled(system);
    expect(log).toEqual(['listen: x 0', 'inbox: y 1']);
  });

  it('completes at the end of the process, and at once after it (M6, E3)', async () => {
    const system = quiet();
    const log: string[] = [];
    const held: { self?: Self } = {};
    const pid = system.spawn((_inbox, self) => {
      held.self = self;
      self.listen('x').subscribe({ complete: () => log.push('at the end') });
      return NEVER;
    });
    await settled(system);
    system.terminate(pid);
    await settled(system);
    held.self?.listen('x').subscribe({ complete: () => log.push('after it') });

    expect(log).toEqual(['at the end', 'after it']);
  });

  it('sees nothing of the replies to calls (M13)', async () => {
    const system = quiet();
    const { self, log } = await puppet(system);
    show(self.listen('**'), log, 'listen').subscribe();
    const answers = collect(self.call('nobody', 'x', 1).pipe(take(0)));

    await settled(system);
    expect([log, answers]).toEqual([[], []]);
  });
});
