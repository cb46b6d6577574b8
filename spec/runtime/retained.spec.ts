import { describe, expect, it } from '@jest/globals';
import {
  concat,
  filter,
  ignoreElements,
  map,
  merge,
  NEVER,
  Subject,
  switchMap,
  take,
  takeUntil,
  tap,
} from 'rxjs';
import { combine, done, type Inbox, ofTopic } from '../../lib/index.js';
import { exitOf, puppet, quiet, reads, settled } from '../support/runtime.js';

/** A process whose reading begins when the spec says so. */
function late(read: (inbox: Inbox) => void) {
  const system = quiet();
  const go = new Subject<void>();
  const pid = system.spawn((inbox) =>
    go.pipe(
      switchMap(() => {
        read(inbox);
        return NEVER;
      }),
    ),
  );
  return { system, pid, go };
}

describe('a message that comes before any subscription', () => {
  it('is retained in order and delivered on subscription (M7)', async () => {
    const log: unknown[] = [];
    const { system, pid, go } = late((inbox) => reads(log)(inbox).subscribe());
    for (const n of [1, 2, 3]) system.send(pid, 'x', n);
    await settled(system);
    go.next();
    system.send(pid, 'x', 4);

    await settled(system);
    expect(log).toEqual(['x 1', 'x 2', 'x 3', 'x 4']);
  });

  it('is never delivered inside subscribe (M7)', async () => {
    const log: unknown[] = [];
    const { system, pid, go } = late((inbox) => {
      reads(log)(inbox).subscribe();
      log.push('subscribed');
    });
    await settled(system);
    system.send(pid, 'x', 1);
    await settled(system);
    go.next();

    await settled(system);
    expect(log).toEqual(['subscribed', 'x 1']);
  });

  it('is seen by all subscriptions of one turn: merge (M7)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const pid = system.spawn((inbox) =>
      merge(inbox.pipe(map((m) => `a${m.payload}`)), inbox.pipe(map((m) => `b${m.payload}`))).pipe(
        tap((line) => log.push(line)),
        ignoreElements(),
      ),
    );
    system.send(pid, 'x', 1);
    system.send(pid, 'x', 2);

    await settled(system);
    expect(log).toEqual(['a1', 'b1', 'a2', 'b2']);
  });

  it('is seen by all subscriptions of one turn: takeUntil over the same inbox (M7)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const pid = system.spawn((inbox) =>
      reads(log)(inbox.pipe(takeUntil(inbox.pipe(ofTopic('stop'))))),
    );
    const exits = exitOf(system, pid);
    for (const topic of ['x', 'y', 'stop', 'z']) system.send(pid, topic, 0);

    await settled(system);
    expect([log, exits]).toEqual([['x 0', 'y 0'], ['normal']]);
  });

  it('is seen by all subscriptions of one turn: combine (M7)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const part = (name: string) => (inbox: Inbox) => reads(log, (m) => `${name} ${m.topic}`)(inbox);
    const pid = system.spawn(combine(part('first'), part('second')));
    system.send(pid, 'x', 1);

    await settled(system);
    expect(log).toEqual(['first x', 'second x']);
  });
});

describe('a hand-over between two readers', () => {
  it('by concat loses and doubles nothing (M7)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const pid = system.spawn((inbox) =>
      concat(
        reads(log, (m) => `a${m.payload}`)(inbox.pipe(take(2))),
        reads(log, (m) => `b${m.payload}`)(inbox.pipe(take(1))),
        reads(log, (m) => `c${m.payload}`)(inbox),
      ),
    );
    for (const n of [1, 2, 3, 4, 5]) system.send(pid, 'x', n);

    await settled(system);
    expect(log).toEqual(['a1', 'a2', 'b3', 'c4', 'c5']);
  });

  it('by switchMap loses and doubles nothing (M7)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const pid = system.spawn((inbox, self) =>
      self
        .listen<string>('mode')
        .pipe(switchMap(({ payload }) => reads(log, (m) => `${payload}${m.payload}`)(inbox))),
    );
    const plan = [
      ['mode', 'a'],
      ['x', 1],
      ['x', 2],
      ['mode', 'b'],
      ['x', 3],
      ['mode', 'c'],
      ['x', 4],
    ];
    for (const [topic, payload] of plan) system.send(pid, topic as string, payload);

    await settled(system);
    expect(log).toEqual(['a1', 'a2', 'b3', 'c4']);
  });

  it('in a later turn keeps what comes between (M7)', async () => {
    const system = quiet();
    const { pid, self } = await puppet(system);
    const log: unknown[] = [];
    const target = system.spawn((inbox) =>
      concat(
        reads(log, (m) => `a${m.payload}`)(inbox.pipe(take(1))),
        new Subject<never>().pipe(takeUntil(system.monitor(pid))),
        reads(log, (m) => `b${m.payload}`)(inbox),
      ),
    );
    for (const n of [1, 2, 3]) system.send(target, 'x', n);
    await settled(system);
    expect(log).toEqual(['a1']);

    self.exit('normal');
    await settled(system);
    expect(log).toEqual(['a1', 'b2', 'b3']);
  });

  it('leaves only later messages to a later subscriber (M7)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const pid = system.spawn((inbox) => {
      inbox.subscribe(({ payload }) => {
        log.push(`a${payload}`);
        if (payload === 1) inbox.subscribe((m) => log.push(`b${m.payload}`));
      });
      return NEVER;
    });
    for (const n of [1, 2]) system.send(pid, 'x', n);

    await settled(system);
    expect(log).toEqual(['a1', 'a2', 'b2']);
  });

  it('goes back to one reader when the other leaves, in the middle of a message too (M7)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const pid = system.spawn((inbox) =>
      merge(
        reads(log, (m) => `a${m.payload}`)(inbox.pipe(take(1))),
        reads(log, (m) => `b${m.payload}`)(inbox.pipe(filter((m) => m.payload !== 2))),
      ),
    );
    for (const n of [1, 2, 3]) system.send(pid, 'x', n);

    await settled(system);
    expect(log).toEqual(['a1', 'b1', 'b3']);
  });

  it('completes a subscription that comes after the end (M7, E3)', async () => {
    const system = quiet();
    const log: string[] = [];
    let inbox: Inbox | undefined;
    const pid = system.spawn((mine) => {
      inbox = mine;
      return [done()];
    });
    system.send(pid, 'x', 1);
    await settled(system);
    inbox?.subscribe({ next: () => log.push('message'), complete: () => log.push('complete') });

    await settled(system);
    expect(log).toEqual(['complete']);
  });
});
