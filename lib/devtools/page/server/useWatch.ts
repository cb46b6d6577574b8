import { useEffect, useMemo, useState } from 'preact/hooks';
import { asyncScheduler, BehaviorSubject, distinctUntilChanged, map, throttleTime } from 'rxjs';
import type { Watch } from '../../wire/ask.js';
import type { Refusal, Reply } from './dialogue.js';
import { useServer } from './useServer.js';

/**
 * Watches something as long as the component is there. Another window of a list moves the watch that there is, and what
 * was seen stays until the rows have come; of anything else nothing is kept.
 */
export function useWatch<T>(ask: Watch): Watched<T> {
  const { server } = useServer();
  const text = JSON.stringify(ask);
  const key = 'from' in ask ? ask.watch : text;
  const [watched, setWatched] = useState<Watched<T> & { readonly key: string }>({ key });
  const texts$ = useMemo(() => new BehaviorSubject(''), []);
  useEffect(() => texts$.next(text), [texts$, text]);
  useEffect(() => {
    const asks$ = texts$.pipe(
      distinctUntilChanged(),
      throttleTime(SCROLLING, asyncScheduler, { leading: true, trailing: true }),
    );
    const subscription = server
      .watch(asks$.pipe(map((each) => JSON.parse(each) as Watch)), (replies$) => replies$)
      .subscribe((reply) => setWatched((before) => ({ key, ...fold<T>(before, reply) })));
    return () => subscription.unsubscribe();
  }, [server, texts$, key]);
  return watched.key === key ? watched : {};
}

/** Milliseconds between two windows, while somebody scrolls. */
const SCROLLING = 50;

function fold<T>(before: Watched<T>, reply: Reply): Watched<T> {
  if ('value' in reply) return { value: reply.value as T };
  return 'error' in reply ? { ...before, refusal: reply.error } : { ...before, hasEnded: true };
}

/** What has come of a watch. */
export interface Watched<T> {
  readonly value?: T;
  readonly refusal?: Refusal;
  readonly hasEnded?: boolean;
}
