import { describe, expect, it } from '@jest/globals';
import { Budget, Held } from '../../../lib/channels/fellows/held.js';

const item = (n: number, size = 1) => ({ n, size });

/** Sends as many as are taken, and gives their counts. */
function sent(held: Held<{ n: number; size: number }>, room = 100): number[] {
  const taken: number[] = [];
  held.send(({ n }) => taken.length < room && taken.push(n) > 0);
  return taken;
}

describe('what is held', () => {
  it('is sent once to a home, and again to the next one (CN7)', () => {
    const held = new Held(new Budget(100));
    for (const n of [1, 2, 5]) held.add(item(n));
    expect(sent(held, 2)).toEqual([1, 2]);
    expect(sent(held)).toEqual([5]);
    expect(sent(held)).toEqual([]);
    held.again();
    expect(sent(held)).toEqual([1, 2, 5]);
  });

  it('is let go of up to a count that has its place (CN7)', () => {
    const held = new Held(new Budget(100));
    for (const n of [1, 2, 5]) held.add(item(n));
    sent(held, 2);
    expect(held.confirm(3).map(({ n }) => n)).toEqual([1, 2]);
    expect(sent(held)).toEqual([5]);
    expect(held.confirm(3)).toEqual([]);
    expect([held.size, held.bytes]).toEqual([1, 1]);
    expect(held.confirm(9)).toHaveLength(1);
    expect([held.size, held.bytes]).toEqual([0, 0]);
  });

  it('is bounded by number and size; one that is larger than all gets in alone (CN7)', () => {
    const held = new Held(new Budget(100), { count: 3, bytes: 10 });
    expect([held.add(item(1, 20)), held.add(item(2))]).toEqual([true, false]);
    held.takeAll();
    expect([1, 2, 3, 4].map((n) => held.add(item(n)))).toEqual([true, true, true, false]);
    held.takeAll();
    expect([held.add(item(1, 6)), held.add(item(2, 4)), held.add(item(3))]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('is bounded for all channels together (CN7)', () => {
    const budget = new Budget(10);
    const [one, other] = [new Held(budget), new Held(budget)];
    expect([one.add(item(1, 6)), other.add(item(1, 5))]).toEqual([true, false]);
    one.confirm(1);
    expect([budget.bytes, other.add(item(1, 20)), one.add(item(2))]).toEqual([0, true, false]);
  });
});
