import { ProcessError, shown } from '../../core/index.js';
import type { RequestId } from '../../protocol/index.js';
import { show } from '../marbles/show.js';
import type { Wanted } from './frameLog.js';
import { answerOf } from './receivedFrame.js';

/** What an assertion of a reply looks for; without `answer` any reply. @throws ProcessError `Invalid` for what is no answer. */
export function wantedReply(
  method: Wanted['method'],
  ref: RequestId,
  answer?: ExpectedReply,
  value?: unknown,
): Wanted {
  if (answer !== undefined && (typeof answer !== 'object' || answer === null)) {
    const text = `${method.name}: give { ok: true } or { error: 'code' }, not ${shown(answer)}`;
    throw new ProcessError('Invalid', text);
  }
  const given = [ref, answer, value].filter((each) => each !== undefined).map(show);
  const expected = answer !== undefined && 'error' in answer ? { ok: false, ...answer } : answer;
  return {
    text: `${method.name}(${given.join(', ')})`,
    part: (frame) =>
      frame.id === ref && frame.ok !== undefined
        ? { ok: frame.ok, error: frame.error?.code, value: answerOf(frame) }
        : undefined,
    like: { ...expected, value },
    method,
  };
}

/** How a request was answered: `{ ok: true }`, or `{ error: 'denied' }`; `{ ok: false }` is any error. */
export type ExpectedReply = { readonly ok: boolean } | { readonly error: string };
