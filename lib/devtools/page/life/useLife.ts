import { useMemo } from 'preact/hooks';
import { animationFrameScheduler, auditTime, of, scan } from 'rxjs';
import type { Watch } from '../../wire/ask.js';
import { useServer } from '../server/useServer.js';
import { useStream } from '../server/useStream.js';
import { foldLife, type LifeState, UNKNOWN } from './foldLife.js';

/** The life of a process as long as the component is there; on another connection it begins anew. */
export function useLife({ of: whose, next = false, follow = false }: Ask): LifeState {
  const { server } = useServer();
  const life$ = useMemo(
    () =>
      server
        .watch(of<Watch>({ watch: 'life', of: whose, next, follow }), (replies$) =>
          replies$.pipe(scan((life, reply) => foldLife(life, reply, performance.now()), UNKNOWN)),
        )
        .pipe(auditTime(0, animationFrameScheduler)),
    [server, whose, next, follow],
  );
  return useStream(life$, UNKNOWN);
}

type Ask = Watch & { readonly watch: 'life' };
