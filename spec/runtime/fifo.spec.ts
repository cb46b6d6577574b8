import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Fifo } from '../../lib/runtime/collections/fifo.js';

/** What is done to a queue: so many pushes, so many shifts, or taking out every third element. */
const deeds = fc.array(
  fc.oneof(
    fc.record({ push: fc.nat(400) }),
    fc.record({ shift: fc.nat(400) }),
    fc.constant({ extract: true }),
    fc.constant({ extractFirst: true }),
  ),
  { maxLength: 40 },
);

describe('Fifo', () => {
  it('is an array with push and shift, whatever it has grown to and given back', () => {
    fc.assert(
      fc.property(deeds, fc.constantFrom(16, 32, 1024), (sequence, keep) => {
        const fifo = new Fifo<number>(keep);
        let model: number[] = [];
        let next = 0;
        for (const deed of sequence) {
          if ('push' in deed) {
            for (let i = 0; i < deed.push; i++) {
              fifo.push(next);
              model.push(next++);
            }
          } else if ('shift' in deed) {
            for (let i = Math.min(deed.shift, model.length); i > 0; i--) {
              expect(fifo.shift()).toBe(model.shift());
            }
          } else if ('extract' in deed) {
            const third = (n: number) => n % 3 === 0;
            expect(fifo.extract(third)).toEqual(model.filter(third));
            model = model.filter((n) => !third(n));
          } else {
            const wanted = model.find((n) => n % 2 === 1);
            expect(fifo.extractFirst((n) => n % 2 === 1)).toBe(wanted);
            model = model.filter((n) => n !== wanted);
          }
          expect([fifo.size, fifo.peek()]).toEqual([model.length, model[0]]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('goes on after a burst whose ring it has let go of', () => {
    const fifo = new Fifo<number>(65_536);
    for (let i = 0; i < 100_000; i++) fifo.push(i);
    let sum = 0;
    while (fifo.size > 0) sum += fifo.shift();
    fifo.push(7);

    expect([sum, fifo.size, fifo.shift()]).toEqual([4_999_950_000, 1, 7]);
  });

  it('merges elements in, each before the first that it is ahead of', () => {
    const ahead = (a: number, b: number): boolean => a < b;
    const inOrder = fc.array(fc.nat(50)).map((values) => values.sort((a, b) => a - b));
    fc.assert(
      fc.property(inOrder, inOrder, (waiting, coming) => {
        const fifo = new Fifo<number>(16);
        for (const value of waiting) fifo.push(value);
        fifo.merge(coming, ahead);
        expect(fifo.extract(() => true)).toEqual([...waiting, ...coming].sort((a, b) => a - b));
      }),
    );
  });
});
