import type { RequestHandler } from 'express';
import type { System } from '../../lib/index.js';
import { echo } from '../express/support.js';
import { PRINTED } from './support.js';

/** Documents that load, with `CONTEXT`. */
export const GOOD: readonly string[] = [
  PRINTED,
  PRINTED.replace(/^- /, '  '),
  '[]',
  `version: "1.0"
namespace: app
entries:
  - name: api
    kind: http.router
    meta: { server: gateway }
    middleware: [mark, mark]
    options: { mark.one: 1, mark.two.three: [a, { b: null }] }
    post_middleware: [mark, websocket_relay]
    post_options:
      mark.four: 4
      wsrelay.allowed.origins: ["https://*.example.com", "null", app.example.com:8443]
      wsrelay.max.payload: 64KiB
      wsrelay.max.buffered: 1MiB
      wsrelay.max.connections: 0
      wsrelay.ping.interval: 1m30s
      wsrelay.close.timeout: 500
      wsrelay.handshake.timeout: 0
  - &user { name: user, kind: http.endpoint, meta: { router: api }, path: "/users/{id}", func: chat }
  - { name: files, kind: http.endpoint, meta: { router: app:api }, path: "/{rest...}", method: POST, func: ok }
`,
];

/** What these refer to. */
export const CONTEXT = {
  define: (system: System): void => system.define('chat', echo),
  handlers: { ok: ((_request, response) => void response.end()) satisfies RequestHandler },
  middleware: { mark: (): RequestHandler => (_request, _response, next) => next() },
};
