import type { IncomingHttpHeaders } from 'node:http';
import { type Finding, fail, ok } from './finding.js';

/** Whether the header by which a handler asks for the relay has stayed inside (H1). */
export function header(answers: readonly { readonly headers: IncomingHttpHeaders }[]): Finding {
  const isOut = answers.some(({ headers }) => 'x-ws-relay' in headers);
  if (!isOut) return ok('no X-WS-Relay comes out');
  return fail(
    'X-WS-Relay comes out, which names a process and may have secrets',
    'Express: app.use(path, websocketRelay(system)) before the handler, and acceptUpgrades(server), which take it away',
  );
}
