import { pattern } from './pattern.js';

/** The name of an entry, or a namespace. */
export const name = pattern('name', /^[^\s:]+$/, {
  type: 'text',
  hint: '; it has no ":" and no space',
});

/** The id of an entry: its name, with its namespace or without one. */
export const id = pattern('id', /^[^\s:]+(?::[^\s:]+)?$/);

/** What the application calls a handler, a behaviour or a middleware: anything. */
export const reference = pattern('text', /\S/);
