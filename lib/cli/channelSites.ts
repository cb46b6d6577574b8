import express from 'express';
import { websocketRoutes } from '../express/index.js';
import { defaultInfo } from './defaultInfo.js';
import { Failure } from './failure.js';
import type { ServeContext } from './importHandlers.js';
import { endpoints } from './infoRows.js';
import type { Place, Sites } from './listen.js';

/** What `serve` listens with where no file says it: the channels of the manager (CL6). */
export function channelSites({ manager, ...tables }: ServeContext, place: Place): Sites {
  const [name] = (['handlers', 'middleware'] as const).filter(
    (each) => Object.keys(tables[each]).length > 0,
  );
  if (name !== undefined) {
    throw new Failure('configuration', `--import: ${name} are for a file: rx-process serve <file>`);
  }
  const routes = websocketRoutes(manager);
  const app = express().use(routes);
  return {
    sites: [{ ...place, app, endpoints: (url) => endpoints(defaultInfo, url) }],
    relays: [routes],
  };
}
