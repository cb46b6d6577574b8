import type { JSX } from 'preact';
import { map, Subject, startWith, switchMap, timer } from 'rxjs';
import { useStream } from '../server/useStream.js';

/** Shows for a while, and reads out when there is time for it, what has been announced last. */
export function Announcer(): JSX.Element {
  const text = useStream(shown$, '');
  return (
    <p role="status" class={text === '' ? 'toast is-empty' : 'toast'}>
      {text}
    </p>
  );
}

/** Tells the user that something was done. */
export const announce = (text: string): void => announced$.next(text);

const announced$ = new Subject<string>();
const SHOWN = 6_000;
const shown$ = announced$.pipe(
  switchMap((text) =>
    timer(SHOWN).pipe(
      map(() => ''),
      startWith(text),
    ),
  ),
);
