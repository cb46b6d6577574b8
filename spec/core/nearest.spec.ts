import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nearest } from '../../lib/core/nearest.js';

const NAMES = ['capacity', 'overflow', 'typo', 'printer', 'print', 'room:1', 'ab'];

describe('nearest', () => {
  it.each([
    { what: 'a letter left out', text: 'capcity', name: 'capacity' },
    { what: 'a letter added', text: 'overfloww', name: 'overflow' },
    { what: 'a letter changed', text: 'prinder', name: 'printer' },
    { what: 'two neighbours swapped', text: 'tpyo', name: 'typo' },
    { what: 'another case', text: 'CAPACITY', name: 'capacity' },
    { what: 'the nearer of two', text: 'prints', name: 'print' },
    { what: 'a slip beside a digit', text: 'rom:1', name: 'room:1' },
    { what: 'more than one letter in three', text: 'plotter', name: undefined },
    { what: 'another of its kind', text: 'room:2', name: undefined },
    { what: 'a text too short for a slip', text: 'ac', name: undefined },
    { what: 'nothing', text: '', name: undefined },
  ])('knows $what', ({ text, name }) => {
    expect(nearest(text, NAMES)).toBe(name);
  });

  it('knows none among none', () => {
    expect(nearest('capacity', [])).toBeUndefined();
  });

  it('finds what differs in one letter of three or more, wherever that is', () => {
    const words = fc.stringMatching(/^[a-z]{3,12}$/);
    fc.assert(
      fc.property(words, fc.nat(), (word, at) => {
        const index = at % word.length;
        const slip = `${word.slice(0, index)}_${word.slice(index + 1)}`;
        expect(nearest(slip, ['', word, `${word}${word}`])).toBe(word);
      }),
    );
  });
});
