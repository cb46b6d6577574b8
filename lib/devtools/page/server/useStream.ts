import { useEffect, useState } from 'preact/hooks';
import type { Observable } from 'rxjs';

/** The last value of a stream, as long as the component is there; `initial`, which is always the same, until there is one. */
export function useStream<T>(stream$: Observable<T>, initial: T): T {
  const [value, setValue] = useState(initial);
  useEffect(() => {
    setValue(() => initial);
    const subscription = stream$.subscribe((next) => setValue(() => next));
    return () => subscription.unsubscribe();
  }, [stream$, initial]);
  return value;
}
