import {
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  finalize,
  ignoreElements,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  share,
  shareReplay,
  startWith,
  switchMap,
  take,
  takeWhile,
  tap,
  throwError,
} from 'rxjs';
import type { Answer, Hello } from '../../wire/answer.js';
import type { Act, SpecAsk, Watch } from '../../wire/ask.js';

/**
 * What the page asks of the server over one connection after the other: a watch begins anew on each, a question that the
 * connection does not outlive fails. A watch that nobody is subscribed to any more is stopped.
 */
export function dialogue(line: Line): Dialogue {
  let last = 0;
  const answers$ = line.frames$.pipe(
    map((text) => JSON.parse(text) as Answer),
    share(),
  );
  const hello$ = helloOf(line.isOpen$, answers$);
  const say = (ask: object): void => line.send(JSON.stringify(ask));
  const repliesTo = (id: number): Observable<Reply> =>
    answers$.pipe(filter((answer): answer is Reply => 'id' in answer && answer.id === id));

  const watching = (asks$: Observable<Watch>): Observable<Reply> =>
    defer(() => {
      const id = ++last;
      const asked$ = asks$.pipe(tap((ask) => say({ id, ...ask })));
      return untilEnd(merge(repliesTo(id), asked$.pipe(ignoreElements())), () =>
        say({ id, stop: true }),
      );
    });

  return {
    hello$,
    watch: (asks$, each) =>
      hello$.pipe(switchMap((hello) => (hello ? each(watching(asks$)) : NEVER))),
    ask: (ask) =>
      defer(() => {
        const id = ++last;
        const asked$ = defer(() => {
          say({ id, ...ask });
          return NEVER;
        });
        return merge(repliesTo(id).pipe(switchMap(outcome)), lost(hello$), asked$).pipe(take(1));
      }),
  };
}

/** Passes on what is said, the end included; `stop` is for who leaves before. */
function untilEnd(replies$: Observable<Reply>, stop: () => void): Observable<Reply> {
  return defer(() => {
    let isOn = true;
    return merge(replies$, NEVER).pipe(
      tap((reply) => {
        isOn = 'value' in reply;
      }),
      takeWhile(() => isOn, true),
      finalize(() => isOn && stop()),
    );
  });
}

function helloOf(
  isOpen$: Observable<boolean>,
  answers$: Observable<Answer>,
): Observable<Hello | undefined> {
  const lost$ = isOpen$.pipe(
    filter((isOpen) => !isOpen),
    map(() => undefined),
  );
  const said$ = answers$.pipe(
    filter((answer) => 'hello' in answer),
    map(({ hello }) => hello),
  );
  return merge(lost$, said$).pipe(
    startWith(undefined),
    distinctUntilChanged(),
    shareReplay({ bufferSize: 1, refCount: true }),
  );
}

function outcome(reply: Reply): Observable<string> {
  if ('value' in reply) return of(String(reply.value));
  return throwError(() => ('error' in reply ? reply.error : LOST));
}

const lost = (hello$: Observable<Hello | undefined>): Observable<never> =>
  hello$.pipe(switchMap((hello) => (hello ? EMPTY : throwError(() => LOST))));

const LOST: Refusal = { code: 'disconnected', text: 'The server is not connected.' };

/** The connection. */
export interface Line {
  readonly frames$: Observable<string>;
  readonly isOpen$: Observable<boolean>;
  /** Nothing, where it is not open. */
  send(text: string): void;
}

/** Why the server does not do what it was asked. */
export interface Refusal {
  readonly code: string;
  readonly text: string;
}

/** What the server answers. */
export type Reply = Extract<Answer, { readonly id: number }>;

/** What `dialogue` makes. */
export interface Dialogue {
  /** What the server has said of itself; `undefined` while it is not connected. */
  readonly hello$: Observable<Hello | undefined>;
  /**
   * Watches, and on each connection anew.
   *
   * @param asks$ replays the last: each one after the first moves the window of the same watch
   * @param each what becomes of the replies on one connection
   */
  watch<T>(
    asks$: Observable<Watch>,
    each: (replies$: Observable<Reply>) => Observable<T>,
  ): Observable<T>;
  /** Asks once, when subscribed, and emits the answer. @throws Refusal */
  ask(ask: SpecAsk | Act): Observable<string>;
}
