import type { IncomingHttpHeaders } from 'node:http';
import { type Finding, ok, warn } from './finding.js';

/** Whether frames are compressed; it was offered, as browsers do. */
export function compression(headers: IncomingHttpHeaders): Finding {
  const extensions = headers['sec-websocket-extensions'];
  if (extensions === undefined) return ok('off');
  return warn(
    `on (${extensions}): memory for each connection, and lengths tell secrets that stand beside foreign text`,
    'ws: new WebSocketServer({ perMessageDeflate: false }); the relay of rx-process has none',
  );
}
