import { Observable, type ObservableInput, type OperatorFunction, type Subscriber } from 'rxjs';
import { type Command, fromAsync, holdDelivering, type Output, report } from '../core/index.js';

/** Options of `act`. */
export interface ActOptions {
  /** How many messages may be in work at once; default 1. */
  readonly concurrency?: number;
  /** `'report'` (default): an error is a `handlerError` event and the next message is handled. */
  readonly onError?: 'report' | 'crash';
}

/**
 * Handles messages one at a time, and *holds* the mailbox while one is pending, so that depth,
 * capacity and high-water marks mean something (M12); `concatMap` would buffer without bound. An
 * error in `project` costs that message only: it becomes `report(error, message)`. A result that is a
 * command, an array or nothing makes no inner observable.
 *
 * Inside a pending `project` use `call`, not `monitor`: an EXIT waits behind the messages held back.
 *
 * @example inbox.pipe(ofTopic(job), act(async (m) => reply(m, await work(m.payload))))
 */
export function act<M>(
  project: (message: M) => ObservableInput<Output> | Output,
  { concurrency = 1, onError = 'report' }: ActOptions = {},
): OperatorFunction<M, Command> {
  return (source) =>
    new Observable<Command>((subscriber) => {
      // Messages that came although `concurrency` were pending: from a second outlet, or from a source
      // that cannot be held; each with what lets its source go on.
      const waiting: { readonly message: M; readonly letGo: () => void }[] = [];
      let pending = 0;
      let completed = false;
      // Whether `proceed` is at work: a result that completes at once must not start it again.
      let proceeding = false;
      // Releases the mailbox; the hold taken when the last free place was filled.
      let letGo = NOTHING;

      const fail = (error: unknown, message: M): void => {
        if (onError === 'crash') subscriber.error(error);
        else subscriber.next(report(error, message));
      };
      const finish = (): void => {
        pending--;
        letGo();
        if (!proceeding) proceed();
      };
      const proceed = (): void => {
        proceeding = true;
        while (waiting.length > 0 && pending < concurrency) {
          const next = waiting.shift() as (typeof waiting)[number];
          handle(next.message, () => next.letGo);
          // Unless its work has taken the last place, and keeps the hold.
          if (letGo !== next.letGo) next.letGo();
        }
        proceeding = false;
        if (completed && pending === 0) subscriber.complete();
      };
      const work = (input: ObservableInput<Output>, message: M, hold: () => () => void): void => {
        const output$ = fromAsync(input);
        if (++pending >= concurrency) letGo = hold();
        const inner = output$.subscribe({
          next: (output) => emit(subscriber, output),
          error: (error) => {
            fail(error, message);
            finish();
          },
          complete: finish,
        });
        subscriber.add(inner);
      };
      const handle = (message: M, hold: () => () => void): void => {
        try {
          const result = project(message);
          if (isInput(result)) work(result, message, hold);
          else emit(subscriber, result);
        } catch (error) {
          fail(error, message);
        }
      };

      subscriber.add(() => letGo());
      subscriber.add(
        source.subscribe({
          next: (message) => {
            if (pending < concurrency && !proceeding) handle(message, holdDelivering);
            else waiting.push({ message, letGo: holdDelivering() });
          },
          error: (error) => subscriber.error(error),
          complete: () => {
            completed = true;
            if (pending === 0) subscriber.complete();
          },
        }),
      );
    });
}

const NOTHING = (): void => {};

/** What is no object, an array or a command is emitted as it is; any other object is an input. */
function isInput(result: ObservableInput<Output> | Output): result is ObservableInput<Output> {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return false;
  return !('type' in result);
}

function emit(subscriber: Subscriber<Command>, result: Output | readonly Output[]): void {
  if (Array.isArray(result)) for (const output of result) subscriber.next(output);
  else if (result !== undefined) subscriber.next(result as Command);
}
