// Node's own code, made to run in a browser, so that values are printed as the guide shows them.
export { format, inspect } from 'node-inspect-extracted';

/** What the writer of specs asks of a value, which never comes from another realm here. */
export const types = {
  isDate: (value: unknown): boolean => value instanceof Date,
};
