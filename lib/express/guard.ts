import type { IncomingMessage, OutgoingHttpHeader, ServerResponse } from 'node:http';
import { hasToken, refusalHeaders, refusals } from '../upgrade/index.js';
import { type Interceptor, intercept, isIntercepted } from './intercept.js';
import { mountOf } from './mountable.js';
import { warnNotMounted } from './warnNotMounted.js';

/**
 * Keeps the relay header from leaving the server on a response that is no upgrade (H1), and turns
 * such a response into 426 where a relay was passed (H2 row 5). Once for each response, however often
 * it is called.
 */
export function guard(request: IncomingMessage, response: ServerResponse): void {
  if (!isIntercepted(response)) intercept(response, new Guard(request, response));
}

/** What describes a body that is dropped. With a length, which the 426 has, Node throws on a `Trailer`. */
const ENTITY_HEADERS = [
  'Content-Encoding',
  'Content-Disposition',
  'Content-Language',
  'Content-Location',
  'Content-Range',
  'Transfer-Encoding',
  'Trailer',
  'Accept-Ranges',
  'ETag',
  'Last-Modified',
];

class Guard implements Interceptor {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  /** The 426 is a response like any other, but for its body. */
  readonly swallows = false;
  drops = false;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request;
    this.#response = response;
  }

  takes(status: number): boolean {
    return status < 300 && mountOf(this.#response) !== undefined;
  }

  decide(status: number, header: OutgoingHttpHeader | undefined): number {
    if (header === undefined || status >= 300) return status;
    if (!this.takes(status)) {
      warnNotMounted(this.#request);
      return status;
    }
    this.drops = true;
    const response = this.#response;
    for (const name of ENTITY_HEADERS) response.removeHeader(name);
    const headers = Object.entries(refusalHeaders(refusals.noUpgrade, this.#isLast()));
    for (const [name, value] of headers) response.setHeader(name, value);
    // Node fills in the phrase of the new status.
    response.statusMessage = '';
    return refusals.noUpgrade.status;
  }

  /** Whether the client, of HTTP/1.0, say, or the handler has the connection closed after this. */
  #isLast(): boolean {
    const { shouldKeepAlive } = this.#response;
    return !shouldKeepAlive || hasToken(this.#response.getHeader('Connection'), 'close');
  }

  finish(end: (body: string) => void): void {
    if (!this.#response.writableEnded) end(refusals.noUpgrade.text);
  }
}
