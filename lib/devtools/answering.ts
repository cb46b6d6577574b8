import {
  catchError,
  concat,
  defer,
  EMPTY,
  filter,
  finalize,
  map,
  type Observable,
  of,
  Subject,
  takeUntil,
} from 'rxjs';
import { ProcessError, textOf } from '../core/index.js';
import { AskError, readAsk } from './readAsk.js';
import type { Answer, Hello } from './wire/answer.js';
import type { Ask } from './wire/ask.js';

/** What one page is answered: a watch goes on until it has ended, or the page asks something else by the same id (DV4). */
export class Answering {
  readonly #sources: Sources;
  readonly #asked$ = new Subject<number>();
  #watches = 0;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** The answers to a frame; never errors, since what is wrong is an answer as well. */
  answers(text: string): Observable<Answer> {
    return defer(() => {
      const ask = readAsk(text);
      this.#asked$.next(ask.id);
      return 'stop' in ask ? EMPTY : this.#watch(ask);
    }).pipe(catchError((error) => of({ id: idOf(error), error: errorOf(error) })));
  }

  #watch(ask: Ask): Observable<Answer> {
    const { id } = ask;
    const values$ = defer(() => this.#sources.values(ask)).pipe(map((value) => ({ id, value })));
    return concat(this.#counted(values$), of({ id, end: true } as const)).pipe(
      catchError((error) => of({ id, error: errorOf(error) })),
      takeUntil(this.#asked$.pipe(filter((other) => other === id))),
    );
  }

  #counted<T>(source: Observable<T>): Observable<T> {
    return defer(() => {
      if (this.#watches >= MOST) {
        throw new ProcessError('LimitExceeded', `a page has at most ${MOST} watches at once`);
      }
      this.#watches++;
      return source.pipe(finalize(() => this.#watches--));
    });
  }
}

/** What a page is answered from. */
export interface Sources {
  hello(): Hello;
  /** Errors or throws with a `ProcessError` for what is not there or not allowed. */
  values(ask: Ask): Observable<unknown>;
}

/** So many things may be looked at by one page. */
const MOST = 32;

/** What no id could be read of is answered under -1. */
const idOf = (error: unknown): number => (error instanceof AskError ? (error.id ?? -1) : -1);

const errorOf = (error: unknown) =>
  error instanceof ProcessError
    ? { code: error.code, text: error.message }
    : { code: 'Internal', text: textOf(() => error) };
