import { animationFrameScheduler, auditTime, of, scan } from 'rxjs';
import type { Watch } from '../../wire/wire.js';
import { useServer } from '../server/useServer.js';
import { useStream } from '../server/useStream.js';
import { foldLife, type LifeState, UNKNOWN } from './foldLife.js';

/** The life of a process as long as the component is there; on another connection it begins anew. */
export function useLife(ask: Watch): LifeState {
  const { server } = useServer();
  return useStream(
    () =>
      server
        .watch(of(ask), (replies$) =>
          replies$.pipe(scan((life, reply) => foldLife(life, reply, performance.now()), UNKNOWN)),
        )
        .pipe(auditTime(0, animationFrameScheduler)),
    UNKNOWN,
    [server, JSON.stringify(ask)],
  );
}
