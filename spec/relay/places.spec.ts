import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Places } from '../../lib/relay/places.js';

describe('Places', () => {
  it('are full when all are taken, whatever the keys (H2 row 3b)', () => {
    const places = new Places(2, 9);
    places.take(undefined);
    expect(places.full).toBe(false);
    places.take('a');
    expect(places.full).toBe(true);
    places.free('a');
    expect(places.full).toBe(false);
  });

  it('are crowded for a key that has all of its own, and never for none (H2 row 3d)', () => {
    const places = new Places(9, 2);
    for (const key of ['a', 'a', 'b', undefined, undefined, undefined]) places.take(key);

    expect(['a', 'b', undefined].map((key) => places.isCrowded(key))).toEqual([true, false, false]);
    places.free('a');
    expect(places.isCrowded('a')).toBe(false);
  });

  it('know no key that has no place, however many come and go (H16)', () => {
    const keys = fc.option(fc.constantFrom('a', 'b', 'c', '__proto__', ''), { nil: undefined });
    fc.assert(
      fc.property(fc.array(fc.tuple(keys, fc.boolean())), (steps) => {
        const places = new Places(99, 99);
        const taken: (string | undefined)[] = [];
        for (const [key, isTaken] of steps) {
          if (isTaken) taken.push(key);
          else if (!taken.includes(key)) continue;
          else taken.splice(taken.indexOf(key), 1);
          places[isTaken ? 'take' : 'free'](key);
        }
        expect(places.keys).toBe(new Set(taken.filter((key) => key !== undefined)).size);
      }),
    );
    const places = new Places(2, 1);
    for (let n = 0; n < 100_000; n++) {
      places.take(`${n}`);
      places.free(`${n}`);
    }
    expect(places.keys).toBe(0);
  });
});
