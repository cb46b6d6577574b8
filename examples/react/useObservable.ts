import { useEffect, useState } from 'react';
import type { Observable } from 'rxjs';

/** The last value of an observable, which has to be the same in each rendering. An error goes to the error boundary. */
export function useObservable<T>(source$: Observable<T>): T | undefined {
  const [value, setValue] = useState<T>();
  useEffect(() => {
    const next = (value: T) => setValue(() => value);
    const error = (error: unknown) =>
      setValue(() => {
        throw error;
      });
    const subscription = source$.subscribe({ next, error });
    return () => subscription.unsubscribe();
  }, [source$]);
  return value;
}
