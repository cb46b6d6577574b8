import { catchError, first, map, Observable, type ObservableInput, of, timeout } from 'rxjs';
import { durationOption, fromAsync, isAsyncIterable, isPromise } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import type { JoinAnswer, JoinRequest } from '../definitions/joinHook.js';
import type { Joining } from '../definitions/joining.js';

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
  if (hook !== undefined) return ask(broker, () => hook(request), channel, done);
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

/** The text of B5 for who is not let in. */
export const notAuthorized = (channel: string): string => `Not authorized for channel: ${channel}`;

function ask(
  broker: Broker,
  hook: () => JoinAnswer | ObservableInput<JoinAnswer>,
  channel: string,
  done: (answer: Answer) => void,
): () => void {
  let answer: Answer;
  try {
    const returned = hook();
    if (isLater(returned)) return askLater(broker, returned, channel, done);
    answer = read(returned, channel);
  } catch (error) {
    answer = failed(broker, channel, error);
  }
  done(answer);
  return nothing;
}

/** The first value of what an async hook has returned; none, as an error, is never a yes. */
function askLater(
  broker: Broker,
  returned: ObservableInput<JoinAnswer>,
  channel: string,
  done: (answer: Answer) => void,
): () => void {
  const { limits, kernel } = broker;
  const answer$ = fromAsync(returned).pipe(
    first(),
    timeout({ first: limits.joinTimeout, scheduler: kernel.scheduler }),
    map((answer) => read(answer, channel)),
    catchError((error: unknown) => of(failed(broker, channel, error))),
  );
  const subscription = answer$.subscribe(done);
  return () => subscription.unsubscribe();
}

const isLater = (value: unknown): value is ObservableInput<JoinAnswer> =>
  value instanceof Observable || isPromise(value) || isAsyncIterable(value);

/** What a hook has said. @throws TypeError for anything else, because it must never count as a yes. */
function read(answer: JoinAnswer, channel: string): Answer {
  if (answer === true) return JOINS;
  if (answer === false) return refusal('denied', notAuthorized(channel));
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    throw new TypeError(`join answers true, false or an object, not ${typeof answer}`);
  }
  if (!('refused' in answer)) {
    if (answer.expiresIn !== undefined) durationOption('expiresIn', answer.expiresIn);
    return answer;
  }
  const { refused, message = notAuthorized(channel), retry } = answer;
  if (typeof refused !== 'string' || typeof message !== 'string') {
    throw new TypeError('join: refused and message are texts');
  }
  return refusal(refused, message, retry);
}

function failed(broker: Broker, channel: string, error: unknown): Refusal {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return refusal('timeout', 'The join hook has not answered in time');
  }
  broker.report(`the join hook of ${channel}`, error);
  return refusal('internal', 'Internal error');
}

const JOINS: Joining = Object.freeze({});
const nothing = (): void => {};
