import { useEffect, useState } from 'preact/hooks';
import { fromEvent } from 'rxjs';
import { type Route, routeOf } from './routeOf.js';

/** Where somebody is now. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const subscription = fromEvent(window, 'hashchange').subscribe(() => setHash(location.hash));
    return () => subscription.unsubscribe();
  }, []);
  return routeOf(hash);
}
