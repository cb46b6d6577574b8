import { didYouMean } from './map.js';
import { type Shape, scalar } from './shape.js';

/** One of some words. */
export function word<W extends string>(name: string, words: readonly W[]): Shape<W> {
  const read = (input: string | number) => words.find((each) => each === input);
  const hint = (input: string): string =>
    didYouMean(input, words) || `; there is ${words.join(', ')}`;
  return scalar<W>(name, { enum: words }, read, { type: 'text', hint });
}
