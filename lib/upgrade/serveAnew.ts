import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { headProblem } from './headProblem.js';
import { ignore } from './ignore.js';
import { writeRefusal } from './refusal.js';

/**
 * Gives a request that Node took for an upgrade to the server once more, as a plain request: its head
 * goes back onto the socket without `Connection: upgrade`, before what the client sent after it. So
 * body, keep-alive, pipelining and time-outs are those of any request. A head that Node may have cut is
 * refused, since the line that tells where the body ends may be missing.
 *
 * @param head bytes that came after the request
 */
export function serveAnew(
  server: Server,
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
): void {
  whenFree(socket, () => {
    const refusal = headProblem(request, server);
    if (refusal !== undefined) return writeRefusal(socket.resume(), refusal);
    socket.unshift(head);
    socket.unshift(plainHead(request));
    // The limit for idle connections, where a response before this request has set it; a Duplex has none.
    if (socket.timeout) socket.setTimeout(0);
    serveConnection.call(server, socket);
  });
}

/**
 * Node's own listener for connections, which all of its servers of HTTP/1 share, TLS or not. It is
 * called by itself, because the application's listeners have heard of the connection already.
 */
const [serveConnection] = createServer().listeners('connection') as [
  (this: Server, socket: Socket) => void,
];

/** Waits for the responses to requests that came before, in whose place Node would write this one. */
function whenFree(socket: Socket, serve: () => void): void {
  const { _httpMessage: ahead } = socket as { _httpMessage?: ServerResponse };
  if (!ahead) return serve();
  const onDrain = (): void => {
    ahead.emit('drain');
  };
  socket.on('error', ignore).on('drain', onDrain);
  ahead.once('close', () => {
    socket.off('drain', onDrain);
    // Also where that response was the last: what comes behind it is for nobody.
    if (!socket.writable) return;
    socket.off('error', ignore);
    whenFree(socket, serve);
  });
}

/** The head of a request, never longer than it came, or it might be too long now. */
function plainHead({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  let head = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let n = 0; n < rawHeaders.length; n += 2) {
    const name = rawHeaders[n] as string;
    const value = rawHeaders[n + 1] as string;
    const plain = CONNECTION.test(name) ? withoutUpgrade(value) : value;
    head += `${name}:${plain}\r\n`;
  }
  // As Node has read it: a character for each byte.
  return Buffer.from(`${head}\r\n`, 'latin1');
}

/** What Node's parser reads as `Connection`: an `upgrade` left in one comes back as an upgrade for ever. */
const CONNECTION = /^(?:proxy-)?connection$/i;

/** The tokens of a `Connection` header without the one that makes an upgrade. */
function withoutUpgrade(list: string): string {
  return list
    .split(',')
    .filter((token) => token.trim().toLowerCase() !== 'upgrade')
    .join(',');
}
