// What is said over the WebSocket before and beside the echo, for each protocol the client speaks.

/** What to do about a text that is no echo reply. */
export type Step = { readonly send: string } | { readonly open: true };

export interface Protocol {
  /** The request target, for the path where the server listens. */
  target(path: string): string;
  /** An echo message of `size` bytes, the protocol's own envelope included. */
  message(size: number): string;
  /** True when messages may be sent as soon as the upgrade is answered. */
  readonly openAtOnce: boolean;
  /** The client's next step after `text`; undefined when the server should not have said that. */
  next(text: string): Step | undefined;
}

function padded(before: string, after: string, size: number): string {
  return before + 'x'.repeat(Math.max(0, size - before.length - after.length)) + after;
}

const ws: Protocol = {
  target: (path) => path,
  message: (size) => padded('', '', size),
  openAtOnce: true,
  next: () => undefined,
};

// Engine.IO 4 packets: 0 open, 2 ping, 3 pong, 4 message; Socket.IO 5 in a message: 0 connect, 2 event.
const socketio: Protocol = {
  target: (path) => `${path}?EIO=4&transport=websocket`,
  message: (size) => padded('42["echo","', '"]', size),
  openAtOnce: false,
  next(text) {
    if (text.startsWith('0')) return { send: '40' };
    if (text.startsWith('40')) return { open: true };
    return text === '2' ? { send: '3' } : undefined;
  },
};

export const protocols = { ws, socketio } as const satisfies Record<string, Protocol>;
export type ProtocolName = keyof typeof protocols;
