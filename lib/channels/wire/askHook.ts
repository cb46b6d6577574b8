import { catchError, defer, first, map, Observable, type ObservableInput, of, timeout } from 'rxjs';
import { fromAsync, isAsyncIterable, isPromise, ProcessError } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import { Stream } from '../table/stream.js';

/**
 * Asks a function of the application that lets clients in. Its answer comes once: within this call if the function
 * is not async, and never after what this returns was called. What it throws, rejects with or does not say in time
 * is reported, and never a yes.
 */
export function askHook<Answer>(
  broker: Broker,
  question: Question<Answer>,
  done: (answer: Answer) => void,
): () => void {
  const { what, ask, read, failed } = question;
  const fail = (code: Failure, error: unknown): Answer => {
    broker.report(what, error);
    return failed(code);
  };
  let answer: Answer;
  try {
    const returned = ask();
    if (isLater(returned)) return askLater(broker, returned, { ...question, fail }, done);
    answer = read(returned);
  } catch (error) {
    answer = fail('internal', error);
  }
  done(answer);
  return nothing;
}

/** What is asked, and how the answer is read. */
export interface Question<Answer> {
  /** Who is asked, for the text of a warning. */
  readonly what: string;
  /** Within how many milliseconds it has to answer. */
  readonly millis: number;
  ask(): unknown;
  /** Reads what was said. @throws for anything that is no answer. */
  read(answer: unknown): Answer;
  /** The answer where there is none. */
  failed(code: Failure): Answer;
}

/** Why there is no answer: it is late, or has failed. */
export type Failure = 'timeout' | 'internal';

interface Late<Answer> extends Question<Answer> {
  fail(code: Failure, error: unknown): Answer;
}

/** The first value of what an async function has returned; none is an error. */
function askLater<Answer>(
  broker: Broker,
  returned: ObservableInput<unknown>,
  { what, millis, read, fail }: Late<Answer>,
  done: (answer: Answer) => void,
): () => void {
  const isLate = (): Answer =>
    fail('timeout', new ProcessError('Timeout', `no answer in ${millis} ms`));
  // What ends with the answer may throw, as a `finalize` does.
  const answer$ = new Stream(broker, fromAsync(returned)).pipe(
    first(),
    map(read),
    catchError((error: unknown) => of(fail('internal', error))),
    timeout({
      first: millis,
      scheduler: broker.kernel.scheduler,
      with: () => defer(() => of(isLate())),
    }),
  );
  const subscription = answer$.subscribe((answer) => {
    try {
      done(answer);
    } catch (error) {
      // rxjs would throw it where nobody could catch it.
      broker.report(`what follows ${what}`, error);
    }
  });
  return () => subscription.unsubscribe();
}

const isLater = (value: unknown): value is ObservableInput<unknown> =>
  value instanceof Observable || isPromise(value) || isAsyncIterable(value);

const nothing = (): void => {};
