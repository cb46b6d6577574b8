import { defer, filter, from, type Observable, takeUntil, takeWhile } from 'rxjs';
import {
  type Behavior,
  type Command,
  type Inbox,
  isAsyncIterable,
  isPromise,
  ProcessError,
} from '../../core/index.js';
import type { FakeSelf } from './fakeSelfOptions.js';

/** `MarbleHelpers.run`: calls `refuse` for a behaviour that virtual time cannot reach. */
export function runBehavior(
  behavior: Behavior,
  inbox: Inbox,
  self: FakeSelf,
  refuse: (error: ProcessError) => void,
): Observable<Command> {
  const output$ = defer(() => {
    const output = behavior(inbox, self);
    if (!isPromise(output) && !isAsyncIterable(output)) return from(output);
    const what = isPromise(output) ? 'a promise' : 'an async iterable';
    const error = new ProcessError(
      'Invalid',
      `marbles: the behaviour returned ${what}, which is never virtual: test it with probe`,
    );
    if (isPromise(output)) output.then(undefined, () => {}); // reported here, so not as unhandled, too
    refuse(error);
    throw error;
  });
  return output$.pipe(
    filter((output): output is Command => output !== undefined),
    takeWhile((command) => !isLast(command), true),
    takeUntil(self.sent$.pipe(filter(isLast))),
  );
}

/** Whether a body is over with it: its process has ended, or goes on as another one (E3, U3). */
function isLast({ type }: Command): boolean {
  return type === 'done' || type === 'exit' || type === 'upgrade';
}
