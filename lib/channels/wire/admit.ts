import { durationOption, type Known, knownOptions, shown } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import type { JoinRequest, Refused } from '../definitions/joinHook.js';
import type { Joining } from '../definitions/joining.js';
import { askHook } from './askHook.js';
import { isPlain } from './isPlain.js';

/**
 * Asks whether a client may join, in the order of B15 without its limits: whether there is such a channel, then the
 * `join` hook. The answer comes once, within this call if the hook is not async; never after what this
 * returns was called.
 */
export function admit(
  broker: Broker,
  request: JoinRequest,
  done: (answer: Answer) => void,
): () => void {
  const { channel } = request;
  const definition = broker.definitionOf(channel);
  const hook = definition?.options.join;
  if (hook !== undefined) {
    const question = {
      what: `the join hook of ${channel}`,
      millis: broker.limits.joinTimeout,
      ask: () => hook(request),
      read: (answer: unknown) => read(answer, channel),
      failed: (code: keyof typeof FAILURES) => refusal(code, FAILURES[code]),
    };
    return askHook(broker, question, done);
  }
  const isThere = definition !== undefined || broker.channels.find(channel) !== undefined;
  if (!isThere && !broker.implicitChannels) {
    done(refusal('unknown_channel', `Unknown channel: ${channel}`));
  } else if (definition?.options.isPrivate === true) {
    done(refusal('denied', notAuthorized(channel)));
  } else done(JOINS);
  return nothing;
}

/** A client may join, and how; or why not. */
export type Answer = Joining | Refusal;

/** Why a client may not join, as it is told. */
export interface Refusal {
  readonly refused: string;
  readonly message: string;
  readonly retry?: boolean | undefined;
  /** Milliseconds until it may be asked again. */
  readonly after?: number | undefined;
}

export const isRefusal = (answer: Answer): answer is Refusal => 'refused' in answer;

export const refusal = (refused: string, message: string, retry?: boolean): Refusal => ({
  refused,
  message,
  retry,
});

/** Whether somebody has said so, and did not just fail to answer. */
export const isDecided = ({ refused }: Refusal): boolean => !UNDECIDED.has(refused);

const UNDECIDED: ReadonlySet<string> = new Set(['timeout', 'internal', 'overloaded', 'crashed']);

const FAILURES = {
  timeout: 'The join hook has not answered in time',
  internal: 'Internal error',
} as const;

/** The text of B5 for who is not let in. */
export const notAuthorized = (channel: string): string => `Not authorized for channel: ${channel}`;

/** What a hook has said. @throws ProcessError `Invalid` or TypeError for anything else, which must never be a yes. */
function read(answer: unknown, channel: string): Answer {
  if (answer === true) return JOINS;
  if (answer === false) return refusal('denied', notAuthorized(channel));
  if (!isPlain(answer)) {
    throw new TypeError(`join answers true, false or a plain object, not ${shown(answer)}`);
  }
  if (!('refused' in answer)) {
    knownOptions<Joining>('join', answer, JOINING);
    const { expiresIn } = answer as Joining;
    if (expiresIn !== undefined) durationOption('join: expiresIn', expiresIn);
    return answer;
  }
  knownOptions<Refused>('join', answer as Refused, REFUSED);
  const { refused, message = notAuthorized(channel), retry } = answer as Refused;
  if (typeof refused !== 'string' || typeof message !== 'string') {
    throw new TypeError('join: refused and message are texts');
  }
  return refusal(refused, message, retry);
}

const JOINING: Known<Joining> = { state: true, expiresIn: true, filter: true, transform: true };
const REFUSED: Known<Refused> = { refused: true, message: true, retry: true };
const JOINS: Joining = Object.freeze({});
const nothing = (): void => {};
