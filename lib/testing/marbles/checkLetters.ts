import { ProcessError } from '../../core/index.js';

/**
 * Refuses a letter without a value: it would be `undefined`, on both sides of a comparison.
 *
 * @param where for the text
 * @throws ProcessError `Invalid`.
 */
export function checkLetters(where: string, marbles: string, values: unknown): void {
  if (typeof values !== 'object' || values === null) return;
  const letters = marbles
    .replace(/(?<=^| )\d+(\.\d+)?(ms|s|m)(?= )/g, '')
    .replace(/[-\s()|#^!]/g, '');
  const missing = [...new Set(letters)].filter((letter) => !(letter in values));
  if (missing.length === 0) return;
  const hint = 'add it, or put spaces around a duration such as 10ms';
  const text = `${where}: '${marbles}' has ${missing.join(', ')}, which values lacks: ${hint}`;
  throw new ProcessError('Invalid', text);
}
