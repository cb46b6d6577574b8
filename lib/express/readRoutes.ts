import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Declined, Mount, WebSocketManager } from '../channels/index.js';
import { insideOf, type Known, knownOptions, ProcessError } from '../core/index.js';
import type { Admission, RelayOptions } from '../upgrade/index.js';

/**
 * Checks what the routes of a manager are given, whatever they answer with: the manager, hooks and the path.
 *
 * @throws ProcessError `Invalid` for what is no manager, or an option, by its name.
 */
export function readRoutes<O extends Common>(
  where: string,
  manager: WebSocketManager,
  options: O,
  known: Known<O>,
): WebSocketManager[typeof insideOf] {
  const invalid = (text: string): ProcessError => new ProcessError('Invalid', `${where}: ${text}`);
  const inside = manager?.[insideOf];
  if (inside === undefined) throw invalid('give a manager, from createWebSocketManager(system)');
  knownOptions(where, options, known);
  for (const name of ['connect', 'refresh'] as const) {
    if (options[name] === undefined || typeof options[name] === 'function') continue;
    throw invalid(`${name} is a function`);
  }
  const { path = '/' } = options;
  if (typeof path !== 'string' || !path.startsWith('/')) throw invalid('path begins with /');
  return inside;
}

interface Common {
  readonly connect?: unknown;
  readonly refresh?: unknown;
  readonly path?: string | undefined;
}

/** A relay is mounted at its path, the routes are not: who does it has them at `/ws/ws`, and is told so once. */
export function warnDoubled(
  where: string,
  base: string,
  { warnings }: Pick<Admission, 'warnings'>,
): RequestHandler {
  return ({ baseUrl }, _response, next) => {
    if (base !== '' && baseUrl === base) {
      const advice = `app.use(${where}(manager)), or path: '/'`;
      warnings.once(
        'path_doubled',
        `mounted at ${base}, the routes are at ${base}${base}: ${advice}`,
      );
    }
    next();
  };
}

/** What the routes of a manager tell of themselves (CL4). */
export function mountOf(
  endpoints: Mount['endpoints'],
  { hub, limits }: Admission,
  { allowedOrigins = [] }: Pick<RelayOptions, 'allowedOrigins'>,
): Mount {
  return {
    endpoints,
    limits,
    origins: typeof allowedOrigins === 'string' ? allowedOrigins.split(',') : allowedOrigins,
    drops: () => hub.counters.stats(hub.count).drops as Readonly<Record<string, number>>,
  };
}

export function decline(response: Response, { status, body = '' }: Declined): void {
  response.status(status).type('text/plain').send(body);
}

/** A name that is no percent-encoding is the client's fault, and no line of the log. */
export const malformed: ErrorRequestHandler = (error, _request, response, next) => {
  if (error instanceof URIError) decline(response, { status: 400, body: 'Invalid channel' });
  else next(error);
};
