import { inspect } from 'node:util';

/** Shows a value on one line, without an error's stack, because equal errors differ in it. */
export const show = (value: unknown): string =>
  inspect(value, { depth: 4, breakLength: Number.POSITIVE_INFINITY, compact: true })
    .replace(/\n\s+at .*/g, '')
    .replace(/\s*\n\s*/g, ' ');
