import { useMemo } from 'preact/hooks';
import { of, scan } from 'rxjs';
import type { Overview } from '../../wire/overview.js';
import type { Server } from '../server/openServer.js';
import { useStream } from '../server/useStream.js';
import { keep } from './keep.js';

/** The figures of the last five minutes, the oldest first: kept as long as the page is there, whatever it shows. */
export function useOverview(server: Server): readonly Overview[] {
  const values$ = useMemo(
    () =>
      server
        .watch(of({ watch: 'overview' }), (replies$) => replies$)
        .pipe(
          scan(
            (kept, reply) => ('value' in reply ? keep(kept, reply.value as Overview) : kept),
            NONE,
          ),
        ),
    [server],
  );
  return useStream(values$, NONE);
}

const NONE: readonly Overview[] = [];
