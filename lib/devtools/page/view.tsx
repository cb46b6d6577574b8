import type { JSX } from 'preact';
import type { Overview as Values } from '../wire/wire.js';
import { Channels } from './channels/channels.js';
import type { Route } from './common/route.js';
import { Connections } from './connections/connections.js';
import { Events } from './events/events.js';
import { Overview } from './overview/overview.js';
import { NextProcess } from './process/nextProcess.js';
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
      return <ProcessPage key={at} pid={at} />;
    case 'next':
      return <NextProcess key={at} pattern={at} />;
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
