import type { ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { closeSocket } from './closeSocket.js';
import { ignore } from './ignore.js';

/** An answer instead of a connection: a short fixed text, nothing of the handler's (H4). */
export interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The answers of H2, by row. */
export const refusals = {
  /** With when to come back, in whole seconds, if a drain has said so (Q14). */
  shuttingDown: ({ retryAfter }: { readonly retryAfter: number | undefined }): Refusal => {
    const refusal = { status: 503, text: 'Relay is shutting down' };
    if (retryAfter === undefined) return refusal;
    return { ...refusal, headers: { 'Retry-After': String(Math.ceil(retryAfter / 1_000)) } };
  },
  badMethod: { status: 405, text: 'Method not allowed', headers: { Allow: 'GET' } },
  badProtocol: { status: 400, text: 'HTTP/1.1 required' },
  badVersion: {
    status: 400,
    text: 'Unsupported WebSocket version',
    headers: { 'Sec-WebSocket-Version': '13' },
  },
  badKey: { status: 400, text: 'Invalid Sec-WebSocket-Key' },
  noHost: { status: 400, text: 'Host required' },
  hasBody: { status: 400, text: 'A handshake has no body' },
  isPipelined: { status: 400, text: 'Not behind another request' },
  noOrigin: { status: 403, text: 'Origin required' },
  badOrigin: { status: 403, text: 'Origin not allowed' },
  crowded: { status: 429, text: 'Too many connections', headers: { 'Retry-After': '10' } },
  tooMany: { status: 503, text: 'Too many upgrades', headers: { 'Retry-After': '1' } },
  full: { status: 503, text: 'Connection limit reached' },
  noUpgrade: {
    status: 426,
    text: 'Upgrade required',
    headers: { Upgrade: 'websocket', Connection: 'Upgrade' },
  },
  badHeader: { status: 400, text: 'Invalid relay configuration' },
  deadTarget: { status: 404, text: 'Target process not found' },
  busyTarget: { status: 503, text: 'Target is busy' },
  failed: { status: 500, text: 'Internal server error' },
  noAnswer: { status: 503, text: 'Handler did not end the response' },
  unclaimed: { status: 404, text: 'Not found' },
  tooManyHeaders: { status: 431, text: 'Too many header fields' },
} as const satisfies Record<string, Refusal | ((hub: never) => Refusal)>;

/** The headers of a refusal and of its body; `isLast`: nothing follows on the connection. */
export function refusalHeaders(
  { text, headers = {} }: Refusal,
  isLast: boolean,
): Record<string, string> {
  const connection = [headers.Connection, isLast ? 'close' : undefined].filter(Boolean).join(', ');
  return {
    ...headers,
    ...(connection !== '' && { Connection: connection }),
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(text)),
  };
}

/** Refuses through the response, so that middleware before the relay sees and logs it. */
export function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  showRefusal(response, refusal);
  response.end(refusal.text);
}

/** Has the response say what the client is told, for whoever logs it. */
export function showRefusal(response: ServerResponse, refusal: Refusal): void {
  response.statusCode = refusal.status;
  // Node fills in the phrase of the new status.
  response.statusMessage = '';
  const headers = Object.entries(refusalHeaders(refusal, true));
  for (const [name, value] of headers) response.setHeader(name, value);
}

/** Refuses a request on its socket, where there is no response, or it was swallowed, and closes it. */
export function writeRefusal(socket: Socket, refusal: Refusal, method?: string): void {
  // A client that leaves meanwhile is no error.
  socket.on('error', ignore);
  const headers = Object.entries(refusalHeaders(refusal, true));
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  const status = `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n`;
  const body = method === 'HEAD' ? '' : refusal.text;
  socket.write(`${status}${lines.join('')}\r\n${body}`);
  closeSocket(socket);
}
