/**
 * Opens a WebSocket of any kind: a browser's, Node's own, or that of `ws`.
 *
 * @param given its class
 * @throws what the class throws: the URL, the protocols or the page do not allow it
 */
export function openSocket(
  given: unknown,
  url: string,
  protocols: readonly string[],
  hear: SocketListener,
): Socket {
  const socket = new (given as SocketClass)(url, protocols);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => hear.opened();
  socket.onmessage = ({ data }) => hear.heard(data);
  // Node's own tells only of an error where a dial has failed.
  socket.onclose = socket.onerror = ({ code = 1006, reason = '' }) => hear.lose(code, reason);
  socket.on?.('unexpected-response', (request, { statusCode, headers }) => {
    request.destroy();
    if (socket.onclose) hear.refused(statusCode, headers['retry-after']);
  });
  return socket;
}

/** Closes it, and nothing of it is heard any more, however late it comes. */
export function leaveSocket(socket: Socket, code: number, reason: string): void {
  socket.onopen = socket.onmessage = socket.onclose = null;
  // Without a listener `ws` would throw.
  socket.onerror = () => {};
  try {
    socket.close(code, reason);
  } catch {
    // A page may say 1000 and what is above 3000.
    socket.close();
  }
}

/** What is told of a socket. */
export interface SocketListener {
  opened(): void;
  heard(data: unknown): void;
  /** It has closed. */
  lose(code: number, reason: string): void;
  /** There was an HTTP answer and no 101, which only `ws` tells. */
  refused(status: number, retryAfter: string | undefined): void;
}

/** As much of a WebSocket as is needed. */
export interface Socket {
  binaryType: string;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: End) => void) | null;
  onerror: ((event: End) => void) | null;
  send(data: string | ArrayBufferView): void;
  close(code?: number, reason?: string): void;
  on?(event: 'unexpected-response', hear: (request: Request, response: Response) => void): void;
}

/** Of an error it says nothing. */
interface End {
  readonly code?: number;
  readonly reason?: string;
}

type SocketClass = new (url: string, protocols: readonly string[]) => Socket;

interface Request {
  destroy(): void;
}

interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
}
