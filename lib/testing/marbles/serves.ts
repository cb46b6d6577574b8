import type { FakeWebSocket } from './fakeWebSocket.js';

/**
 * What a fake server does, for the `values` of its diagram: `hello` opens the connection and says hello (CP20), `ok` and
 * `refuse` answer the oldest request that has no answer, `push` says an event in a channel.
 *
 * @example fakeServer(hot('h-s-m', { h: serves.hello(), s: serves.ok({ epoch: 'e', offset: 4 }), m: serves.push('chat:1', 'said', 'hi', { offset: 5 }) }))
 */
export const serves = {
  /** Completes the handshake, and says nothing: what a server without channels does. */
  open,
  /** The first frame of v1; opens the connection, if it is not open. */
  hello:
    (fields: Readonly<Record<string, unknown>> = {}): ServerAction =>
    (socket) => {
      const limits = { payload: 1_048_576, batch: 64, pending: 64, channels: 128 };
      const ids = { id: 'connection-1', session: 'session-1' };
      const hello = { version: 1, ...ids, heartbeat: 25_000, limits, ...fields };
      open(socket);
      send(socket, { hello, type: 'system', payload: 'WebSocket connected', timestamp: 0 });
    },
  /** Answers with a value: the `result` of a command. */
  ok:
    (result: unknown = {}): ServerAction =>
    (socket, nextAsked) =>
      send(socket, { id: nextAsked(), ok: true, result, type: 'system', timestamp: 0 }),
  /** Answers an event with a value. */
  reply:
    (payload: unknown = null): ServerAction =>
    (socket, nextAsked) =>
      send(socket, { id: nextAsked(), ok: true, type: 'json', payload, timestamp: 0 }),
  /** Answers with an error. */
  refuse:
    (code: string, { message = code, retry = false, ...more }: Refusal = {}): ServerAction =>
    (socket, nextAsked) => {
      const error = { code, message, retry, ...more };
      send(socket, {
        id: nextAsked(),
        ok: false,
        error,
        type: 'system',
        payload: message,
        timestamp: 0,
      });
    },
  /** Says an event in a channel; `more`: `offset`, `key`, `timestamp`. */
  push:
    (channel: string, event: string, data: unknown = null, more: object = {}): ServerAction =>
    (socket) =>
      send(socket, { channel, type: 'event', payload: { event, data }, timestamp: 0, ...more }),
  /** Sends frames as they are, as one array if they are several; a text or bytes untouched. */
  send:
    (...frames: readonly unknown[]): ServerAction =>
    (socket) =>
      send(socket, frames.length === 1 ? frames[0] : frames),
  /** Closes the connection; 1006: it is lost. */
  close:
    (code = 1006, reason = ''): ServerAction =>
    (socket) => {
      socket.readyState = 3;
      socket.onclose?.({ code, reason });
    },
  /** Several in one moment. */
  all:
    (...actions: readonly ServerAction[]): ServerAction =>
    (socket, nextAsked) => {
      for (const action of actions) action(socket, nextAsked);
    },
};

/** Something that a fake server does, over the connection that was dialled last; any function is one. */
export type ServerAction = (socket: FakeWebSocket, nextAsked: () => unknown) => void;

function open(socket: FakeWebSocket): void {
  if (socket.readyState !== 0) return;
  socket.readyState = 1;
  socket.onopen?.({});
}

function send(socket: FakeWebSocket, data: unknown): void {
  const isData =
    typeof data === 'string' || data instanceof Uint8Array || data instanceof ArrayBuffer;
  socket.onmessage?.({ data: isData ? data : JSON.stringify(data) });
}

/** What a refusal says beside its code: `message`, `retry`, `after`, `details`. */
export interface Refusal {
  readonly message?: string;
  readonly retry?: boolean;
  readonly after?: number;
  readonly details?: unknown;
}
