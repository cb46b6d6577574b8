import * as t from 'io-ts';
import { isPid, type Pid } from '../../core/index.js';
import { type Metadata, RESERVED_TOPICS } from '../../protocol/index.js';
import { copyFrozen, isRecord } from './metadata.js';

/** What is wrong with a payload, and in which of its fields (`'payload'`: the whole of it). */
export interface CodecError {
  readonly field: string;
  readonly message: string;
}

/** Why a text may not be a message topic (H5); `undefined` when it may. */
function topicProblem(topic: string): string | undefined {
  if (topic.startsWith('@')) return 'may not begin with @';
  return RESERVED_TOPICS.has(topic) ? `${topic} is reserved` : undefined;
}

/** The text of a PID by `parsePid`'s strict grammar (P3). */
export const pid: t.Type<Pid, string, unknown> = new t.Type(
  'Pid',
  isPid,
  (input, context) =>
    isPid(input)
      ? t.success(input)
      : t.failure(input, context, 'is no PID, such as {main|0x00001}'),
  t.identity,
);

/** The topic of the client's frames (H5); `""` stands for none given. */
export const messageTopic: t.Type<string | undefined, unknown, unknown> = new t.Type(
  'MessageTopic',
  (value): value is string | undefined => value === undefined || typeof value === 'string',
  (input, context) => {
    if (typeof input !== 'string') return t.failure(input, context, 'is no string');
    const problem = topicProblem(input);
    if (problem !== undefined) return t.failure(input, context, problem);
    return t.success(input === '' ? undefined : input);
  },
  t.identity,
);

/** Metadata held by somebody else: a frozen copy of it. */
export const metadata: t.Type<Metadata, unknown, unknown> = new t.Type(
  'Metadata',
  isRecord,
  (input, context) => {
    try {
      const copy = copyFrozen(input);
      return isRecord(copy) ? t.success(copy) : t.failure(input, context, 'is no object');
    } catch (error) {
      return t.failure(input, context, (error as Error).message);
    }
  },
  t.identity,
);

/** A field that may be absent or null, which both decode to `undefined` (X1). */
export function absentOr<A>(codec: t.Type<A, unknown, unknown>): t.Type<A | undefined> {
  return new t.Type(
    `${codec.name} or absent`,
    (value): value is A | undefined => value === undefined || codec.is(value),
    (input, context) =>
      input === undefined || input === null ? t.success(undefined) : codec.validate(input, context),
    t.identity,
  );
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
