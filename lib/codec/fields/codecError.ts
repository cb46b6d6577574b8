import type * as t from 'io-ts';

/** What is wrong with a payload, and in which of its fields (`'payload'`: the whole of it). */
export interface CodecError {
  readonly field: string;
  readonly message: string;
}

/** The first of io-ts's errors, by the name of the top-level field it is about. */
export function firstError(errors: t.Errors): CodecError {
  const [error] = errors;
  const entry = error?.context[1];
  if (entry === undefined) return { field: 'payload', message: 'payload is no object' };
  const { key } = entry;
  const message = error?.message ?? 'has the wrong type';
  return { field: key, message: message.startsWith(key) ? message : `${key} ${message}` };
}
