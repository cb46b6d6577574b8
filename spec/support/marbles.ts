import { expect } from '@jest/globals';
import { marbles as marblesOf } from '../../lib/testing/marbles/marbles.js';

/** The wrapper of every marble test here: `it('…', marbles(({ hot, run, expectObservable }) => { … }))`. */
export const marbles = marblesOf((actual, expected) => expect(actual).toEqual(expected));
