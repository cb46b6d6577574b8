import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { filter, map, type Observable } from 'rxjs';
import { Announcer } from './common/announcer.js';
import { useRoute } from './common/useRoute.js';
import { ConnectionState } from './connectionState.js';
import { Navigation } from './navigation.js';
import { useOverview } from './overview/useOverview.js';
import type { Server } from './server/openServer.js';
import { type Connected, ServerContext } from './server/useServer.js';
import { useStream } from './server/useStream.js';
import { View } from './view.js';

/** The page: its head, what is wrong with the connection, and what somebody has chosen to look at. */
export function App({ server }: { readonly server: Server }): JSX.Element {
  const connected$ = useMemo(() => connectedTo(server), [server]);
  const connected = useStream(connected$, undefined);
  const hello = connected?.hello;
  const overview = useOverview(server);
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const skip = (event: Event): void => {
    event.preventDefault();
    main.current?.focus();
  };
  useEffect(() => {
    document.title = `${hello?.node ?? 'connecting'} – rx-process devtools`;
  }, [hello?.node]);
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        Skip to the content
      </button>
      <header class="head">
        <h1 class="brand">rx-process</h1>
        <p class="whose soft">{hello && `${hello.node} · ${hello.version}`}</p>
        <Navigation tab={route.tab} />
      </header>
      <ConnectionState server={server} />
      <main ref={main} tabIndex={-1} class={`view view-${route.tab}`}>
        {connected && (
          <ServerContext.Provider value={connected}>
            <View route={route} overview={overview} />
          </ServerContext.Provider>
        )}
      </main>
      <Announcer />
    </>
  );
}

/** What the server of the last connection has said, also when that is lost. */
function connectedTo(server: Server): Observable<Connected | undefined> {
  return server.hello$.pipe(
    filter((hello) => hello !== undefined),
    map((hello) => {
      const ahead = Date.now() - hello.now;
      return { server, hello, dateOf: (at) => new Date(at + ahead) };
    }),
  );
}
