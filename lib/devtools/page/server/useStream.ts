import { useEffect, useState } from 'preact/hooks';
import type { Observable } from 'rxjs';

/** The last value of a stream, which is made anew where an input is another one; `initial` until there is one. */
export function useStream<T>(make: () => Observable<T>, initial: T, inputs: readonly unknown[]): T {
  const [value, setValue] = useState(initial);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the inputs are what it is made of
  useEffect(() => {
    const subscription = make().subscribe(setValue);
    return () => subscription.unsubscribe();
  }, inputs);
  return value;
}
