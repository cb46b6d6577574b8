import * as t from 'io-ts';
import { RESERVED_TOPICS } from '../../protocol/index.js';

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

/** Why a text may not be a message topic (H5); `undefined` when it may. */
function topicProblem(topic: string): string | undefined {
  if (topic.startsWith('@')) return 'may not begin with @';
  return RESERVED_TOPICS.has(topic) ? `${topic} is reserved` : undefined;
}
