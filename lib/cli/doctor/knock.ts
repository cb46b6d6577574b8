import { type ClientRequest, get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { get as getSecure } from 'node:https';
import { RelayWebSocket } from '../../ws/index.js';
import { TIMEOUT } from './reach.js';
import type { Site } from './site.js';
import { REASON, Visit } from './visit.js';
import { within } from './within.js';

/** Connects as a page of an origin would; `undefined`: as no browser does. */
export function knock(
  site: Site,
  origin: string | undefined,
  protocols: readonly string[],
): Promise<Visit | Answer> {
  return new Promise((resolve) => {
    const webSocket = new RelayWebSocket(site.url, [...protocols], {
      ...(origin !== undefined && { origin }),
      headers: { ...AGENT, ...site.headers },
    });
    // For all of the answer: a server that says a byte now and then would else be waited for without end.
    const timer = setTimeout(() => {
      resolve(silence(TIMEOUT));
      webSocket.terminate();
    }, site.timeout);
    let upgraded: IncomingMessage | undefined;
    // The first one, which may come right behind the 101, says who is there; others may be many.
    const first: string[] = [];
    webSocket.once('message', (data: Buffer) => first.push(String(data)));
    webSocket.on('upgrade', (response: IncomingMessage) => {
      upgraded = response;
    });
    webSocket.on('unexpected-response', (_: ClientRequest, response: IncomingMessage) => {
      clearTimeout(timer);
      resolve(read(response, site.timeout));
    });
    webSocket.on('error', ({ message, code }: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve(silence(code ?? message, upgraded?.headers));
    });
    webSocket.on('open', () => {
      clearTimeout(timer);
      resolve(new Visit(webSocket, upgraded as IncomingMessage, first, site.timeout));
    });
  });
}

/** What came in place of a connection. */
export interface Answer {
  /** 0: no answer of HTTP came, and the body says why. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
}

/** No answer of HTTP, and why. */
const silence = (why: string, headers: IncomingHttpHeaders = {}): Answer => ({
  ...{ status: 0, headers, body: why, at: Date.now() },
});

/** Asks for the page at the place of the WebSocket, as one does who types it into a browser. */
export function ask(site: Site): Promise<Answer> {
  const url = new URL(site.url);
  url.protocol = url.protocol.replace('ws', 'http');
  const options = {
    headers: { ...AGENT, ...site.headers },
    agent: false,
  } as const;
  return new Promise((resolve) => {
    const request = (url.protocol === 'https:' ? getSecure : get)(url, options, (response) => {
      clearTimeout(timer);
      resolve(read(response, site.timeout));
    });
    const timer = setTimeout(() => request.destroy(new Error(TIMEOUT)), site.timeout);
    request.on('error', ({ message }) => {
      clearTimeout(timer);
      resolve(silence(message));
    });
  });
}

const AGENT = { 'User-Agent': REASON };

/** An answer with the beginning of its body, for which nobody waits longer. */
async function read(response: IncomingMessage, timeout: number): Promise<Answer> {
  const { statusCode: status = 0, headers } = response;
  const at = Date.now();
  let body = '';
  const whole = new Promise<void>((resolve) => {
    response.setEncoding('utf8').on('data', (text: string) => {
      body += text;
      if (body.length >= ENOUGH) resolve();
    });
    response.on('close', resolve).on('error', () => resolve());
  });
  await within(whole, timeout);
  response.destroy();
  return { status, headers, body: body.slice(0, ENOUGH), at };
}

/** Characters of a body that say enough. */
const ENOUGH = 4_096;
