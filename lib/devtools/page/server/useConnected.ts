import { useMemo } from 'preact/hooks';
import { filter, map } from 'rxjs';
import type { Server } from './openServer.js';
import type { Connected } from './useServer.js';
import { useStream } from './useStream.js';

/** What the server has said of itself: the last time, where it is not connected now. */
export function useConnected(server: Server): Connected | undefined {
  const connected$ = useMemo(
    () =>
      server.hello$.pipe(
        filter((hello) => hello !== undefined),
        map((hello): Connected => {
          const ahead = Date.now() - hello.now;
          return { server, hello, dateOf: (at) => new Date(at + ahead) };
        }),
      ),
    [server],
  );
  return useStream<Connected | undefined>(connected$, undefined);
}
