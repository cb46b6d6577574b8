import { of, scan } from 'rxjs';
import type { Overview } from '../../wire/wire.js';
import type { Server } from '../server/openServer.js';
import { useStream } from '../server/useStream.js';

/** The figures of the last five minutes, the oldest first: kept as long as the page is there, whatever it shows. */
export function useOverview(server: Server): readonly Overview[] {
  return useStream(
    () =>
      server
        .watch(of({ watch: 'overview' }), (replies$) => replies$)
        .pipe(
          scan<object, readonly Overview[]>(
            (kept, reply) => ('value' in reply ? keep(kept, reply.value as Overview) : kept),
            [],
          ),
        ),
    [],
    [server],
  );
}

/** How many seconds, one value each. */
const KEPT = 300;

/** A server whose clock is behind is another one, of which nothing is known yet. */
export function keep(kept: readonly Overview[], value: Overview): readonly Overview[] {
  const last = kept.at(-1);
  if (last !== undefined && value.at < last.at) return [value];
  return [...kept, value].slice(-KEPT);
}
