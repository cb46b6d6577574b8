import type { JSX } from 'preact';
import type { Overview as Values } from '../wire/overview.js';
import { Channels } from './channels/channels.js';
import type { Route } from './common/routeOf.js';
import { Connections } from './connections/connections.js';
import { Events } from './events/events.js';
import { Overview } from './overview/overview.js';
import { ProcessPage } from './process/processPage.js';
import { Processes } from './processes/processes.js';
import { Supervision } from './tree/supervision.js';

/** What an address says that somebody looks at. */
export function View({ route, overview }: ViewProps): JSX.Element {
  const { tab, at = '' } = route;
  switch (tab) {
    case 'overview':
      return <Overview values={overview} />;
    case 'processes':
      return <Processes route={route} />;
    case 'process':
      return <ProcessPage key={at} of={at} />;
    case 'next':
      return <ProcessPage key={`next ${at}`} of={at} isNext />;
    case 'tree':
      return <Supervision />;
    case 'connections':
      return <Connections route={route} />;
    case 'channels':
      return <Channels route={route} />;
    case 'events':
      return <Events />;
  }
}

interface ViewProps {
  readonly route: Route;
  /** Of the last minutes, the oldest first. */
  readonly overview: readonly Values[];
}
