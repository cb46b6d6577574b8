/**
 * Opens a WebSocket of any kind: a browser's, Node's own, or that of `ws`. Nothing of it is heard any more after
 * `leave`, however late it comes.
 *
 * @throws what the class throws: the URL, the protocols or the page do not allow it
 */
export function openSocket(
  WebSocket: WebSocketClass,
  url: string,
  protocols: readonly string[],
  hear: SocketListener,
): OpenSocket {
  const socket = new WebSocket(url, protocols);
  let isLeft = false;
  const unlessLeft =
    <T extends unknown[]>(work: (...given: T) => void) =>
    (...given: T): void => {
      if (!isLeft) work(...given);
    };
  socket.binaryType = 'arraybuffer';
  socket.onopen = unlessLeft(() => hear.opened());
  socket.onmessage = unlessLeft(({ data }) => hear.heard(data));
  socket.onclose = unlessLeft(({ code, reason }) => hear.ended(code, reason));
  // What there is to know comes with `onclose`; without a listener `ws` would throw.
  socket.onerror = () => {};
  socket.on?.(
    'unexpected-response',
    unlessLeft((request, { statusCode, headers }) => {
      request.destroy();
      hear.refused(statusCode, headers['retry-after']);
    }),
  );
  return {
    send: (data) => socket.send(data),
    leave: (code, reason) => {
      isLeft = true;
      try {
        socket.close(code, reason);
      } catch {
        // A page may say 1000 and what is above 3000.
        socket.close();
      }
    },
  };
}

/** What is told of a socket. */
export interface SocketListener {
  opened(): void;
  heard(data: unknown): void;
  ended(code: number, reason: string): void;
  /** There was an HTTP answer and no 101, which only `ws` tells. */
  refused(status: number, retryAfter: string | undefined): void;
}

/** A socket as its owner has it. */
export interface OpenSocket {
  send(data: string | ArrayBufferView): void;
  /** Closes it. */
  leave(code: number, reason: string): void;
}

/** A class of WebSockets. */
export type WebSocketClass = new (
  url: string,
  protocols: readonly string[],
) => {
  binaryType: string;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  onerror: (() => void) | null;
  send(data: string | ArrayBufferView): void;
  close(code?: number, reason?: string): void;
  on?(
    event: 'unexpected-response',
    hear: (
      request: { destroy(): void },
      response: {
        readonly statusCode: number;
        readonly headers: Readonly<Record<string, string | undefined>>;
      },
    ) => void,
  ): void;
};
