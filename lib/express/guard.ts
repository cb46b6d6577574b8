import type { IncomingMessage, ServerResponse } from 'node:http';
import { RELAY_HEADER } from '../codec/index.js';
import { takeHead, underlying } from './head.js';
import { mountOf } from './mount.js';
import { bodyHeaders, refusals } from './refusal.js';
import { warnNotMounted } from './warning.js';

/** What describes a body that is dropped. */
const ENTITY_HEADERS = [
  'Content-Encoding',
  'Content-Disposition',
  'Content-Language',
  'Content-Location',
  'Content-Range',
  'Transfer-Encoding',
  'Accept-Ranges',
  'ETag',
  'Last-Modified',
];

const guarded = new WeakSet<ServerResponse>();

/**
 * Keeps the relay header from leaving the server on a response that is no upgrade (H1), and turns
 * such a response into 426 where a relay was passed (H2 row 5). Wraps this one response's own
 * `writeHead`, `write` and `end`, once, as compression does; a response without the header costs one
 * look.
 */
export function guard(request: IncomingMessage, response: ServerResponse): void {
  if (guarded.has(response)) return;
  guarded.add(response);
  const write = underlying(response, 'write');
  const end = underlying(response, 'end');
  // Whether the answer is 426, so that what the handler says is dropped.
  let refused = false;

  const isRefused = (status: number): boolean => status < 300 && mountOf(request) !== undefined;

  takeHead(response, (status, header) => {
    if (header === undefined || status >= 300) return status;
    if (!isRefused(status)) {
      warnNotMounted(request);
      return status;
    }
    refused = true;
    for (const name of ENTITY_HEADERS) response.removeHeader(name);
    for (const [name, value] of Object.entries(bodyHeaders(refusals.noUpgrade))) {
      response.setHeader(name, value);
    }
    return refusals.noUpgrade.status;
  });

  // Node writes the header section inside `write` and `end`, when it is too late to drop a body: so
  // where it is known that there will be a 426, the section goes first.
  const headFirst = (): void => {
    if (response.headersSent || !response.hasHeader(RELAY_HEADER)) return;
    if (isRefused(response.statusCode)) response.writeHead(response.statusCode);
  };

  response.write = (...args: unknown[]): boolean => {
    headFirst();
    if (!refused) return write(...args) as boolean;
    const done = args.at(-1);
    if (typeof done === 'function') process.nextTick(done);
    return true;
  };

  response.end = (...args: unknown[]): ServerResponse => {
    headFirst();
    if (!refused) return end(...args) as ServerResponse;
    const body = response.writableEnded ? [] : [refusals.noUpgrade.text];
    const done = args.at(-1);
    return end(...body, ...(typeof done === 'function' ? [done] : [])) as ServerResponse;
  };
}
