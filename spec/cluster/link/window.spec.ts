import { describe, expect, it } from '@jest/globals';
import { WINDOW, Window } from '../../../lib/cluster/link/window.js';

const MIB = 1024 * 1024;

/** Fills a window with entries of a size until one is not taken. */
function fill(window: Window, size: number, exempt: boolean): [number, string] {
  for (let taken = 0; ; taken++) {
    const verdict = window.take(size, exempt);
    if (verdict !== 'taken') return [taken, verdict];
  }
}

describe('Window', () => {
  it.each([
    { size: 1, exempt: false, taken: 8_192, verdict: 'full' },
    { size: MIB, exempt: false, taken: 4, verdict: 'full' },
    { size: 3 * MIB, exempt: false, taken: 2, verdict: 'full' },
    { size: 16 * MIB, exempt: false, taken: 1, verdict: 'full' },
    { size: 16 * MIB, exempt: true, taken: 4, verdict: 'exceeded' },
    { size: 65 * MIB, exempt: true, taken: 0, verdict: 'exceeded' },
  ])('takes $taken entries of $size bytes, exempt: $exempt (D16)', (row) => {
    expect(fill(new Window(WINDOW), row.size, row.exempt)).toEqual([row.taken, row.verdict]);
  });

  it('takes exempt entries when it is full, which fill it for the others, too (D16)', () => {
    const window = new Window({ entries: 2, bytes: 100, exempt: 100 });

    expect([1, 2, 3].map(() => window.take(1, true))).toEqual(['taken', 'taken', 'taken']);
    expect(window.take(1, false)).toBe('full');
    window.give(2, 2);
    expect(window.take(1, false)).toBe('taken');
  });

  it('is pressed from half of it on, in entries or bytes (D55)', () => {
    const entries = new Window({ entries: 4, bytes: 100, exempt: 100 });
    const bytes = new Window({ entries: 100, bytes: 4, exempt: 100 });
    const seen = [1, 2].map(() => {
      entries.take(1, false);
      bytes.take(1, false);
      return [entries.isPressed, bytes.isPressed];
    });

    expect(seen).toEqual([
      [false, false],
      [true, true],
    ]);
  });
});
