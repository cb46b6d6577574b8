import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TokenBucket } from '../../lib/relay/tokenBucket.js';

/** A bucket whose time the spec sets, and counts how often it was asked. */
function bucketOf(perSecond: number, burst: number) {
  const clock = { time: 0, reads: 0 };
  const bucket = new TokenBucket(perSecond, burst, () => {
    clock.reads += 1;
    return clock.time;
  });
  const takeAll = (): number => {
    let taken = 0;
    while (bucket.take()) taken += 1;
    return taken;
  };
  return { bucket, clock, takeAll };
}

describe('TokenBucket', () => {
  it('gives its burst, then what comes back', () => {
    const { clock, takeAll } = bucketOf(10, 3);
    const taken = [0, 99, 100, 250, 300, 10_000].map((time) => {
      clock.time = time;
      return takeAll();
    });

    expect(taken).toEqual([3, 0, 1, 1, 1, 3]);
  });

  it('loses no part of a token where the clock tells whole milliseconds', () => {
    const { clock, takeAll } = bucketOf(300, 10);
    let taken = 0;
    for (clock.time = 0; clock.time <= 1_001; clock.time += 1) taken += takeAll();

    expect(taken).toBe(310);
  });

  it('gives several tokens or none', () => {
    const { bucket, clock } = bucketOf(1, 5);

    expect([bucket.take(3), bucket.take(3), bucket.take(2), bucket.take()]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    clock.time = 60_000;
    expect([bucket.take(6), bucket.take(5)]).toEqual([false, true]);
  });

  it('tells how long it is until there is a token', () => {
    const { bucket, clock } = bucketOf(3, 1);

    expect(bucket.waitMs()).toBe(0);
    bucket.take();
    expect(bucket.waitMs()).toBe(334);
    clock.time = 300;
    expect(bucket.waitMs()).toBe(34);
    clock.time = 334;
    expect([bucket.waitMs(), bucket.take()]).toEqual([0, true]);
  });

  it('reads the clock only when its tokens have run out', () => {
    const { bucket, clock } = bucketOf(1_000, 1_000);
    clock.reads = 0;
    for (let i = 0; i < 1_000; i++) bucket.take();

    expect(clock.reads).toBe(0);
    bucket.take();
    expect(clock.reads).toBe(1);
  });

  it('pays a quiet second twice at most', () => {
    const { clock, takeAll } = bucketOf(100, 100);
    clock.time = 3_600_000;

    expect([takeAll(), takeAll()]).toEqual([200, 0]);
  });

  it('never gives more than its burst and what has come back', () => {
    const steps = fc.array(
      fc.record({ wait: fc.nat(2_000), n: fc.integer({ min: 1, max: 9 }), times: fc.nat(30) }),
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5_000 }), fc.nat(99), (all, rate, more) => {
        const { bucket, clock } = bucketOf(rate, more + 1);
        let taken = 0;
        for (const { wait, n, times } of all) {
          clock.time += wait;
          for (let i = 0; i < times; i++) if (bucket.take(n)) taken += n;
        }
        // A sum of fractions may be off in its last digits.
        expect(taken).toBeLessThanOrEqual(more + 1 + (clock.time * rate) / 1_000 + 1e-6);
      }),
    );
  });
});
