import { describe, expect, it } from '@jest/globals';
import { concatMap, from, ignoreElements, map, Subject, tap } from 'rxjs';
import { act, type Behavior, createSystem, done, reply, send } from '../../lib/index.js';
import { assemble, type Seams } from '../../lib/runtime/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { idle, leaver, settled, turns } from '../support/runtime.js';

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

  it.each<{ when: string; behavior: Behavior }>([
    { when: 'nobody is subscribed', behavior: idle },
    { when: 'whoever was subscribed has left', behavior: leaver },
  ])('costs no turn while $when (M14)', async ({ behavior }) => {
    const { system, counts } = counted(100);
    const pid = system.spawn(behavior);
    for (let n = 0; n < 200; n++) system.send(pid, 'x', n);
    await settled(system);
    const before = { ...counts };

    await turns(10);
    for (let n = 0; n < 200; n++) system.send(pid, 'x', n);
    await settled(system);
    expect([before.drains, counts]).toEqual([1, before]);
  });

  it('costs no turn while it is held (M14)', async () => {
    const { system, counts } = counted(100);
    const work = new Subject<never>();
    const pid = system.spawn((inbox) => inbox.pipe(act(() => work)));
    for (let n = 0; n < 200; n++) system.send(pid, 'x', n);
    await settled(system);
    const { drains } = counts;

    await turns(10);
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

    await settled(system);
    expect(system.processes()).toEqual([]);
  });
});

describe('the default logger', () => {
  it('tells once for each process and reason that messages are dropped, with a count (I8)', async () => {
    const lines: string[] = [];
    const logger = { warn: (line: string) => lines.push(line), error: () => {} };
    const system = createSystem({ logger, mailbox: { capacity: 10 } });
    const full = system.spawn(idle);
    const other = system.spawn(idle);
    const sender: Behavior = (inbox) =>
      inbox.pipe(
        concatMap(({ payload }) =>
          from(Array.from({ length: 15 }, () => send(payload as string, 'x', 0))),
        ),
      );
    const pid = system.spawn(sender);
    for (const to of [full, other, full]) {
      system.send(pid, 'go', to);
      await settled(system);
    }

    expect(lines).toEqual([
      expect.stringContaining(`messages to ${full} are dropped (overflow), 5 so far`),
      expect.stringContaining(`messages to ${other} are dropped (overflow), 5 so far`),
    ]);
  });

  it('tells of replies to what was no call (I8)', () => {
    const lines: string[] = [];
    const logger = { warn: (line: string) => lines.push(line), error: () => {} };
    // On a clock that stands still, because a batch may end between two handlers.
    const system = testSystem({ logger });
    const pid = system.spawn((inbox) => inbox.pipe(map((message) => reply(message, 'pardon?'))));
    for (let n = 0; n < 3; n++) system.send(pid, 'x', n);
    system.flush();

    expect(lines).toEqual([
      expect.stringContaining(`replies of ${pid} are dropped (no call), 3 so far`),
    ]);
  });
});
