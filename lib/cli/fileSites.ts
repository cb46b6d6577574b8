import { type Endpoint, loadServices } from '../config/index.js';
import { Failure, failAs } from './failure.js';
import type { ServeContext } from './importHandlers.js';
import { columns } from './layOut.js';
import type { Sites } from './listen.js';
import { readText } from './readText.js';

/** The services of a file; a `Failure` (configuration) has a line for each thing that is wrong with it (CF4). */
export function fileSites(context: ServeContext, file: string): Sites {
  const text = readText('serve', file);
  const { system, handlers, middleware } = context;
  const { services, routers } = failAs('configuration', () =>
    loadServices(text, { system, handlers, middleware, file }),
  );
  if (services.length === 0) {
    throw new Failure('configuration', `${file}: no http.service, so that nobody would listen`);
  }
  const relays = Object.values(routers).flatMap(({ relay }) => relay ?? []);
  const sites = services.map(({ id, endpoints, ...service }) => ({
    ...service,
    cure: `change the addr of ${id}`,
    endpoints: (url: string) => rowsOf(endpoints, url),
  }));
  return { sites, relays };
}

function rowsOf(endpoints: readonly Endpoint[], url: string): string[] {
  if (endpoints.length === 0) return ['none'];
  return columns(
    endpoints.map(({ method, path, func, isRelayed }) => [
      isRelayed ? `${url.replace(/^http/, 'ws')}${path}` : `${url}${path}`,
      isRelayed ? func : `${method} ${func}`,
    ]),
    4,
  );
}
