import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { TestScheduler } from 'rxjs/testing';
import { Letters } from '../../lib/runtime/index.js';
import { layOut, type Mark } from '../../lib/testing/recording/layOut.js';

const ROWS = ['in', 'out'];

/** When and what a row says, as rxjs reads it. */
const read = (row: string | undefined): [number, unknown][] =>
  TestScheduler.parseMarbles(row ?? '', undefined, undefined, false, true).map(
    ({ frame, notification }) => [frame, 'value' in notification ? notification.value : '|'],
  );

describe('layOut', () => {
  it('gives rxjs back every sign in order, each row a width, no gap shorter than recorded', () => {
    const gap = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 100_000 }));
    const mark = fc.record({ gap, row: fc.constantFrom(...ROWS), sign: fc.constantFrom('a', 'b') });

    const property = fc.property(fc.array(mark, { maxLength: 12 }), (recorded) => {
      let at = 0;
      const marks = recorded.map(({ gap, row, sign }): Mark => {
        at += gap;
        return { at, row, sign, isCause: row === 'in' };
      });
      const { rows, until } = layOut(ROWS, marks);
      const drawn = ROWS.map((row) => read(rows.get(row)));
      const { unsubscribedFrame } = TestScheduler.parseMarblesAsSubscriptions(until, true);

      expect(new Set([...rows.values()].map(({ length }) => length)).size).toBe(1);
      expect(unsubscribedFrame).toBe(1 + Math.max(0, ...drawn.flat().map(([frame]) => frame)));
      for (const [r, row] of ROWS.entries()) {
        const own = marks.filter((each) => each.row === row);
        const [frames, signs] = [0, 1].map((n) => drawn[r]?.map((each) => each[n]));
        const gaps = (times: readonly number[]): number[] =>
          times.map((time, n) => time - (times[n - 1] ?? 0));
        const wanted = gaps(own.map((each) => each.at));

        expect(signs).toEqual(own.map(({ sign }) => sign));
        expect(gaps(frames as number[]).filter((gap, n) => gap < Number(wanted[n]))).toEqual([]);
      }
    });

    // Only in a run does a character stand for one millisecond.
    new TestScheduler(() => {}).run(() => fc.assert(property));
  });

  it('keeps the times where there is room', () => {
    const marks = [3, 14, 2_000].map((at) => ({ at, row: 'in', sign: 'a', isCause: true }));

    expect([...layOut(['in'], marks).rows.values()]).toEqual(['---a----------a 1985ms a']);
  });
});

describe('Letters', () => {
  it('take after the name, then whatever is free, and are one for one value', () => {
    const letters = new Letters();
    const some = ['join 1', 'join 2', 'join 1', '7'].map((code) => letters.of(code, code));
    const many = Array.from({ length: 200 }, (_, i) => letters.of(`${i}.`, 'x'));

    expect(some).toEqual(['j', 'o', 'j', 'a']);
    expect(new Set(many).size).toBe(200);
    expect(many.join('')).not.toMatch(/[-|#^!()\s\d]/);
  });
});
