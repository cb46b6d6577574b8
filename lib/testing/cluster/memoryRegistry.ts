import { Observable, type SchedulerLike, throwError, timeout } from 'rxjs';
import type { Registered, Registry } from '../../cluster/index.js';
import { ProcessError } from '../../core/index.js';
import type { MemoryKeys } from './memoryKeys.js';

/** The keys of `memoryNats` as one node has them: each answer takes its way, or does not come (D41). */
export class MemoryRegistry implements Registry {
  readonly #scheduler: SchedulerLike;
  readonly #ask: Ask;

  constructor(scheduler: SchedulerLike, ask: Ask) {
    this.#scheduler = scheduler;
    this.#ask = ask;
  }

  create(key: string, value: Uint8Array): Observable<number | undefined> {
    return this.#answer((keys) => keys.create(key, value));
  }

  replace(key: string, value: Uint8Array, revision: number): Observable<number | undefined> {
    return this.#answer((keys) => keys.replace(key, value, revision));
  }

  read(key: string): Observable<Registered | undefined> {
    return this.#answer((keys) => keys.read(key));
  }

  remove(key: string, revision: number): Observable<boolean> {
    return this.#answer((keys) => keys.remove(key, revision));
  }

  #answer<T>(question: (keys: MemoryKeys) => T): Observable<T> {
    const answer$ = new Observable<T>((subscriber) => {
      const answer = (value: T): void => {
        subscriber.next(value);
        subscriber.complete();
      };
      this.#ask(question, answer, (why) => subscriber.error(unavailable(why)));
    });
    const late = (): Observable<never> => throwError(() => unavailable('no answer in 2 s'));
    return answer$.pipe(timeout({ first: ANSWER, scheduler: this.#scheduler, with: late }));
  }
}

/** How a node asks the server; where there is no answer nothing is called. */
export type Ask = <T>(
  question: (keys: MemoryKeys) => T,
  answer: (value: T) => void,
  fail: (why: string) => void,
) => void;

/** Milliseconds for a call. */
const ANSWER = 2_000;

const unavailable = (why: string): ProcessError =>
  new ProcessError(
    'Unavailable',
    `The names of the cluster are kept by JetStream, which does not answer: ${why}`,
  );
