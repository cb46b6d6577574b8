import { describe, expect, it } from '@jest/globals';
import { type Holder, Holders } from '../../lib/ws/holders.js';

/** A bound, and what it asks and warns of; `drain` is the end of a drain. */
function bound(limit: number) {
  const flushes: (() => void)[] = [];
  const warnings: string[] = [];
  const holders = new Holders(limit, {
    afterDrain: (flush) => void flushes.push(flush),
    warn: (code, message) => void warnings.push(`${code}: ${message}`),
  });
  const drain = (): number => {
    const due = flushes.splice(0);
    for (const flush of due) flush();
    return due.length;
  };
  return { holders, warnings, drain };
}

class Fake implements Holder {
  asked = 0;
  evicted = 0;

  constructor(
    public bytes: number,
    readonly keeps = 0,
  ) {}

  get holding(): number {
    this.asked++;
    return this.bytes;
  }

  evict(): number {
    this.evicted++;
    this.bytes = this.keeps;
    return this.keeps;
  }
}

describe('Holders', () => {
  it('asks nobody while what has come is within the bound (Q12)', () => {
    const { holders, drain } = bound(1_000);
    const holder = new Fake(1_000);
    for (let n = 0; n < 10; n++) holders.add(holder, 100);

    expect([drain(), holder.asked]).toEqual([0, 0]);
  });

  it('asks once a drain, however much has come, and not again before a 64th of the bound (Q12)', () => {
    const { holders, drain, warnings } = bound(6_400);
    const holder = new Fake(6_400);
    for (let n = 0; n < 10; n++) holders.add(holder, 6_400);
    expect([drain(), holder.asked]).toEqual([1, 1]);
    holders.add(holder, 100);
    expect(drain()).toBe(0);
    holders.add(holder, 1);

    expect([drain(), holder.asked]).toEqual([1, 2]);
    expect(warnings).toEqual([]);
  });

  it('forgets who holds nothing any more, and asks the others only (Q12)', () => {
    const { holders, drain } = bound(100);
    const [gone, left, here] = [new Fake(0), new Fake(10), new Fake(10)];
    for (const holder of [gone, left, here]) holders.add(holder, 50);
    holders.delete(left);
    drain();
    holders.add(here, 200);
    drain();

    expect([gone.asked, left.asked, here.asked]).toEqual([1, 0, 2]);
  });

  it('evicts the largest first, until the others are within the bound, with one warning (Q12)', () => {
    const { holders, drain, warnings } = bound(100);
    const all = [10, 60, 20, 50, 30].map((bytes) => new Fake(bytes));
    for (const holder of all) holders.add(holder, holder.bytes);
    drain();

    expect(all.map(({ evicted }) => evicted)).toEqual([0, 1, 0, 1, 0]);
    expect(warnings).toEqual([
      'memory_limit: the clients of a relay held 170 bytes, of 100 (maxTotalBuffered): closed the largest, 2',
    ]);
  });

  it('counts what an evicted one still holds (Q12)', () => {
    const { holders, drain } = bound(100);
    const all = [90, 60, 40].map((bytes) => new Fake(bytes, 50));
    for (const holder of all) holders.add(holder, holder.bytes);
    drain();

    expect(all.map(({ evicted }) => evicted)).toEqual([1, 1, 1]);
  });

  it('has no bound where it is infinite (Q12)', () => {
    const { holders, drain } = bound(Number.POSITIVE_INFINITY);
    holders.add(new Fake(1), Number.MAX_SAFE_INTEGER);

    expect(drain()).toBe(0);
  });
});
