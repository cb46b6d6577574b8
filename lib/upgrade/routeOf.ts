import type { IncomingMessage } from 'node:http';

/** The route that handles a request, as the application wrote it; its path when there is none. */
export function routeOf(request: IncomingMessage): string {
  const { baseUrl = '', route } = request as Routed;
  return typeof route?.path === 'string' ? `${baseUrl}${route.path}` : pathOf(request);
}

/** The path a client asked for, without host or query, which may hold what no log should. */
export function pathOf(request: IncomingMessage): string {
  const url = (request as Routed).originalUrl ?? request.url ?? '';
  const target = url.startsWith('/') ? url : url.replace(HOST, '');
  const end = target.search(/[?#]/);
  return end < 0 ? target : target.slice(0, end);
}

/** What Express adds to a request, where it has passed through. */
interface Routed {
  readonly originalUrl?: string;
  readonly baseUrl?: string;
  readonly route?: { readonly path?: unknown };
}

/** The scheme and host that a request target in absolute form begins with (RFC 9112 §3.2.2). */
const HOST = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i;
