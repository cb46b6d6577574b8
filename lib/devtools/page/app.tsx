import type { JSX } from 'preact';
import { Announcer } from './common/announcer.js';
import { useRoute } from './common/useRoute.js';
import { ConnectionState } from './connectionState.js';
import { Head } from './head.js';
import { useOverview } from './overview/useOverview.js';
import type { Server } from './server/openServer.js';
import { useConnected } from './server/useConnected.js';
import { ServerContext } from './server/useServer.js';
import { View } from './view.js';

/** The page: its head, what is wrong with the connection, and what somebody has chosen to look at. */
export function App({ server }: { readonly server: Server }): JSX.Element {
  const connected = useConnected(server);
  // Here, so that the charts go on while one looks at something else.
  const overview = useOverview(server);
  const route = useRoute();
  return (
    <>
      <Head hello={connected?.hello} tab={route.tab} />
      <ConnectionState server={server} />
      <main tabIndex={-1} class={`view view-${route.tab}`}>
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
