import { describe, expect, it } from '@jest/globals';
import { ignoreElements, NEVER, Subject, tap } from 'rxjs';
import { act, type Behavior, done, type Inbox } from '../../lib/index.js';
import { assemble, type Seams } from '../../lib/runtime/index.js';
import { idle, settled } from '../support/runtime.js';

describe('a full mailbox that nobody empties', () => {
  /** A system that counts how often its run queue starts and goes on. */
  function counted(capacity: number) {
    const counts = { drains: 0, turns: 0 };
    const seams: Seams = {
      defer: (drain) => {
        counts.drains++;
        setImmediate(drain);
      },
      clock: () => 0,
      beforeBatch: (turns) => {
        counts.turns = turns;
      },
    };
    return { system: assemble({ logger: false, mailbox: { capacity } }, seams), counts };
  }

  const leaver = (inbox: Inbox) => {
    inbox.subscribe().unsubscribe();
    return NEVER;
  };
  it.each<[string, Behavior]>([
    ['nobody is subscribed', idle],
    ['whoever was subscribed has left', leaver],
  ])('costs no turn while %s (M14)', async (_when, behavior) => {
    const { system, counts } = counted(100);
    const pid = system.spawn(behavior);
    for (let n = 0; n < 200; n++) system.send(pid, 'x', n);
    await settled(10);
    const before = { ...counts };

    await settled(10);
    for (let n = 0; n < 200; n++) system.send(pid, 'x', n);
    await settled(10);
    expect([before.drains, counts]).toEqual([1, before]);
  });

  it('costs no turn while it is held (M14)', async () => {
    const { system, counts } = counted(100);
    const work = new Subject<never>();
    const pid = system.spawn((inbox) => inbox.pipe(act(() => work)));
    for (let n = 0; n < 200; n++) system.send(pid, 'x', n);
    await settled(10);
    const { drains } = counts;

    await settled(10);
    expect([counts.drains, drains]).toEqual([1, 1]);
  });

  it('is let go of at the end of its process (M14, E3)', async () => {
    const { system } = counted(100);
    const pid = system.spawn((inbox) =>
      inbox.pipe(
        tap(() => {}),
        ignoreElements(),
      ),
    );
    system.spawn(() => [done()]);
    system.terminate(pid);
    for (let n = 0; n < 50; n++) system.send(pid, 'x', n);

    await settled(5);
    expect(system.processes()).toEqual([]);
  });
});
