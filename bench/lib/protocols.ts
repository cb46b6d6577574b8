// What is said over the WebSocket before and beside the messages, for each protocol the client speaks.

/** What to do about a text that carries no message. */
export type Step = { readonly send: string } | { readonly open: true };

export interface Protocol {
  /** The request target, for the path where the server listens. */
  target(path: string): string;
  /** What it offers in the handshake; default nothing. */
  readonly subprotocol?: string;
  /** What a client sends to say `text`; the server answers, or tells everybody, with the same text. */
  say(text: string): string;
  /** The text that a server's message carries; undefined when it carries none. */
  textOf(message: string): string | undefined;
  /** Bytes of a server's message beside the text: the protocol's own envelope. */
  readonly envelope: number;
  /** True when messages may be sent as soon as the upgrade is answered. */
  readonly openAtOnce: boolean;
  /** The client's next step after a message without text; undefined when the server should not have said that. */
  next(message: string): Step | undefined;
}

const ws: Protocol = {
  target: (path) => path,
  say: (text) => text,
  textOf: (message) => message,
  envelope: 0,
  openAtOnce: true,
  next: () => undefined,
};

// Engine.IO 4 packets: 0 open, 2 ping, 3 pong, 4 message; Socket.IO 5 in a message: 0 connect, 2 event.
const socketio: Protocol = {
  target: (path) => `${path}?EIO=4&transport=websocket`,
  say: (text) => `42["echo","${text}"]`,
  textOf: (message) => /^42\["echo","(.*)"\]$/.exec(message)?.[1],
  envelope: '42["echo",""]'.length,
  openAtOnce: false,
  next(message) {
    if (message.startsWith('0')) return { send: '40' };
    if (message.startsWith('40')) return { open: true };
    return message === '2' ? { send: '3' } : undefined;
  },
};

// The plain dialect: what a browser says without a client library.
const channels: Protocol = {
  target: (path) => path,
  say: (text) => `{"type":"text","channel":"room","payload":"${text}"}`,
  textOf: (message) => /^{"type":"text","payload":"(.*)","timestamp":\d{10}}$/.exec(message)?.[1],
  envelope: '{"type":"text","payload":"","timestamp":1234567890}'.length,
  openAtOnce: false,
  // The welcome; the connection is subscribed by then.
  next: (message) => (message.startsWith('{"type":"system"') ? { open: true } : undefined),
};

// Dialect v1: a message says its channel, and the first frame what a client may do.
const v1: Protocol = {
  target: (path) => path,
  subprotocol: 'rx-process.v1',
  say: channels.say,
  textOf: (message) =>
    /^{"channel":"room","type":"text","payload":"(.*)","timestamp":\d{10}}$/.exec(message)?.[1],
  envelope: '{"channel":"room","type":"text","payload":"","timestamp":1234567890}'.length,
  openAtOnce: false,
  next: (message) =>
    message.startsWith('{"hello"')
      ? { send: '{"type":"system","payload":{"command":"subscribe","channel":"room"}}' }
      : channels.next(message),
};

export const protocols = { ws, socketio, channels, v1 } as const satisfies Record<string, Protocol>;
export type ProtocolName = keyof typeof protocols;
