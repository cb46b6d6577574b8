import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { ignoreElements, map, NEVER, tap } from 'rxjs';
import { type Behavior, send } from '../../lib/index.js';
import { assemble, kernelOf, type Seams } from '../../lib/runtime/index.js';
import { deferred, puppet, quiet, settled, turns, within } from '../support/runtime.js';

/** More turns than any machine does before a timer of 5 ms: a queue that starves fails, not hangs. */
const ENOUGH = 20_000_000;

/** Sends to itself until told to stop. */
function selfSender(progress: { turns: number; stop: boolean }): Behavior {
  return (inbox, self) =>
    inbox.pipe(
      map(() => {
        if (progress.stop || ++progress.turns > ENOUGH) return undefined;
        return send(self.pid, 'again', 0);
      }),
    );
}

/** A seam that a spec turns by hand; the clock stands still. */
function byHand() {
  const due: (() => void)[] = [];
  const log: string[] = [];
  let now = 0;
  const seams: Seams = {
    defer: (drain) => {
      log.push('defer');
      due.push(drain);
    },
    clock: () => now,
  };
  const run = () => due.shift()?.();
  const sleep = (millis: number) => {
    now += millis;
  };
  return { system: assemble({ logger: false }, seams), log, run, sleep, due };
}

describe('the run queue', () => {
  it('lets timers have their turn while a process sends to itself (M4)', async () => {
    const system = quiet();
    const progress = { turns: 0, stop: false };
    system.send(system.spawn(selfSender(progress)), 'go', 0);
    await turns(1); // it has begun
    const order: string[] = [];
    for (const millis of [1, 5]) {
      await within(new Promise((resolve) => setTimeout(resolve, millis)));
      order.push(`timer after ${progress.turns > 0 && progress.turns < ENOUGH}`);
    }
    progress.stop = true;

    expect(order).toEqual(['timer after true', 'timer after true']);
  });

  it('lets I/O have its turn while two processes send to each other (M4)', async () => {
    const system = quiet();
    const progress = { turns: 0, stop: false };
    const player =
      (other: string): Behavior =>
      (inbox) =>
        inbox.pipe(
          map(() => {
            if (progress.stop || ++progress.turns > ENOUGH) return undefined;
            return send(other, 'ball', 0);
          }),
        );
    system.spawn(player('pong'), { name: 'ping' });
    system.spawn(player('ping'), { name: 'pong' });
    system.send('ping', 'ball', 0);
    await turns(1); // it has begun
    const text = await within(readFile(new URL(import.meta.url), 'utf8'));
    const seen = progress.turns;
    progress.stop = true;

    expect([text.length > 0, seen > 0, seen < ENOUGH]).toEqual([true, true, true]);
  });

  it('lets other processes have their turn while one sends to itself (M4)', async () => {
    const system = quiet();
    const progress = { turns: 0, stop: false };
    system.send(system.spawn(selfSender(progress)), 'go', 0);
    const other = deferred<number>();
    const pid = system.spawn((inbox) =>
      inbox.pipe(
        tap(() => other.resolve(progress.turns)),
        ignoreElements(),
      ),
    );
    system.send(pid, 'x', 1);
    const turns = await within(other.promise);
    progress.stop = true;

    expect(turns).toBeLessThan(10);
  });

  it('starts a drain once, in a later turn, and yields between batches of 10 ms (M4)', async () => {
    const { system, log, run, sleep } = byHand();
    const seen: number[] = [];
    const pid = system.spawn((inbox) =>
      inbox.pipe(
        tap(({ payload }) => {
          seen.push(payload as number);
          sleep(1);
        }),
        ignoreElements(),
      ),
    );
    for (let n = 0; n < 600; n++) system.send(pid, 'x', n);
    expect([log, seen.length]).toEqual([['defer'], 0]);

    const counts: number[] = [];
    for (let i = 0; i < 3; i++) {
      run();
      counts.push(seen.length);
    }
    expect([log, counts]).toEqual([
      ['defer', 'defer', 'defer', 'defer'],
      [11, 22, 33],
    ]);
  });

  it.each([
    // The first turn, the start of the process, is fast.
    { handlers: 'all handlers', isSlow: () => true, most: 1 },
    { handlers: 'every other handler', isSlow: (n: number) => n % 2 === 0, most: 1 },
    { handlers: 'those behind 300 fast ones', isSlow: (n: number) => n >= 300, most: 32 },
  ])('ends a batch soon where $handlers take 20 ms: at most $most in one (M4)', (row) => {
    const { system, run, sleep, due } = byHand();
    let slow = 0;
    const pid = system.spawn((inbox) =>
      inbox.pipe(
        tap(({ payload }) => {
          if (!row.isSlow(payload as number)) return;
          sleep(20);
          slow++;
        }),
        ignoreElements(),
      ),
    );
    for (let n = 0; n < 600; n++) system.send(pid, 'x', n);

    const slowInABatch: number[] = [];
    while (due.length > 0) {
      slow = 0;
      run();
      slowInABatch.push(slow);
    }
    expect(Math.max(...slowInABatch)).toBeLessThanOrEqual(row.most);
    // Only the batch in which the first slow ones come is caught unawares.
    expect(slowInABatch.filter((n) => n > 1).length).toBeLessThanOrEqual(1);
  });

  it('ends a batch at 65,536 turns though no time has passed (M4)', () => {
    const { system, log, run } = byHand();
    const progress = { turns: 0, stop: false };
    system.send(system.spawn(selfSender(progress)), 'go', 0);
    run();
    const first = progress.turns;
    progress.stop = true;
    run();

    expect([log, first]).toEqual([['defer', 'defer'], 65_535]);
  });

  it('goes on after a receiver that throws, in the next batch (S8)', async () => {
    const { system, log, run } = byHand();
    const { queue } = system[kernelOf];
    const seen: unknown[] = [];
    const crash = (error: unknown) => seen.push(error);
    const fail = (what: string) => () => {
      throw what;
    };
    queue.push({ receive: fail('owned'), crash }, undefined);
    queue.push({ receive: fail('nobody') }, undefined);
    queue.push({ receive: (item) => seen.push(item) }, 'after');

    expect(run).toThrow('nobody');
    run();
    expect([seen, log]).toEqual([
      ['owned', 'after'],
      ['defer', 'defer'],
    ]);
  });
});

describe('idle', () => {
  it('is false from a push to the end of the last drain, also between two batches', () => {
    let drain = (): void => {};
    const defer = (due: () => void): void => {
      drain = due;
    };
    const system = assemble({ logger: false }, { defer, clock: () => 0 });
    const { queue } = system[kernelOf];
    const seen = [queue.idle];
    const pid = system.spawn((inbox) =>
      inbox.pipe(
        tap(() => seen.push(queue.idle)),
        ignoreElements(),
      ),
    );
    queue.afterDrain(() => system.send(pid, 'x', 1));
    seen.push(queue.idle);
    for (let batch = 0; batch < 2; batch++) {
      drain();
      seen.push(queue.idle);
    }

    expect(seen).toEqual([true, false, false, false, true]);
  });
});

describe('afterDrain', () => {
  it('runs once, after the batch that is running or due (§0)', async () => {
    const system = quiet();
    const { queue } = system[kernelOf];
    const { pid, log } = await puppet(system);
    system.send(pid, 'x', 1);
    queue.afterDrain(() => log.push('flush'));
    system.send(pid, 'x', 2);
    await settled(system);
    expect(log).toEqual(['x 1', 'x 2', 'flush']);

    system.send(pid, 'x', 3);
    await settled(system);
    expect(log).toEqual(['x 1', 'x 2', 'flush', 'x 3']);
  });

  it('starts a drain by itself when none is due', async () => {
    const system = quiet();
    const { queue } = system[kernelOf];
    const log: string[] = [];
    queue.afterDrain(() => log.push('flush'));
    expect(log).toEqual([]);

    await settled(system);
    expect(log).toEqual(['flush']);
  });

  it('comes after each batch of a long drain', () => {
    const { system, run, sleep } = byHand();
    const { queue } = system[kernelOf];
    const log: string[] = [];
    const pid = system.spawn((inbox) =>
      inbox.pipe(
        tap(({ payload }) => {
          sleep(1);
          if ((payload as number) % 10 === 0) queue.afterDrain(() => log.push(`flush ${payload}`));
        }),
        ignoreElements(),
      ),
    );
    for (let n = 1; n <= 30; n++) system.send(pid, 'x', n);
    for (let i = 0; i < 3; i++) {
      run();
      log.push('batch');
    }

    expect(log).toEqual(['flush 10', 'batch', 'flush 20', 'batch', 'flush 30', 'batch']);
  });

  it('takes what a flush asks for into the next batch', () => {
    const { system, run, log: seams } = byHand();
    const { queue } = system[kernelOf];
    const log: string[] = [];
    queue.afterDrain(() => {
      log.push('first');
      queue.afterDrain(() => log.push('second'));
    });
    run();
    expect(log).toEqual(['first']);

    run();
    expect([log, seams]).toEqual([
      ['first', 'second'],
      ['defer', 'defer'],
    ]);
  });

  it('goes on after a burst of more turns than its ring keeps', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const pid = system.spawn((inbox) => {
      inbox.subscribe((message) => log.push(message.payload));
      return NEVER;
    });
    for (let i = 0; i < 40_000; i++) system.terminate(system.spawn(() => NEVER));
    await settled(system);
    system.send(pid, 'x', 'still here');
    await settled(system);

    expect(log).toEqual(['still here']);
  });
});
