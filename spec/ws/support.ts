import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket as NetSocket } from 'node:net';
import type { System } from '../../lib/index.js';
import type { Socket, SocketEvent } from '../../lib/relay/index.js';
import { Outbox, type OutboxOptions, UpgradeServer } from '../../lib/ws/index.js';
import {
  type Client,
  deferred,
  handshake,
  onCleanup,
  open,
  Raw,
  within,
} from '../express/support.js';
import { quiet, turns } from '../support/runtime.js';

/** The server's end of one WebSocket, and what happened to it. */
export interface End {
  readonly socket: Socket;
  readonly net: NetSocket;
  readonly events: readonly SocketEvent[];
  /** Waits for so many events of a type. */
  seen(type: SocketEvent['type'], count?: number): Promise<void>;
}

export interface Wire {
  readonly port: number;
  /** The server's end of the next client. */
  next(): Promise<End>;
}

export interface WireOptions extends OutboxOptions {
  readonly maxPayload?: number;
  readonly maxFragments?: number;
  /** Milliseconds that a client has to answer a close frame; default 5,000. */
  readonly closeTimeout?: number;
  /** Whose clock the rates go by; default: a real one. */
  readonly system?: System;
}

/** A server that makes every client's socket a port of the relay, and nothing more. */
export async function wire(options: WireOptions = {}): Promise<Wire> {
  const {
    system = quiet(),
    maxPayload = 1024 * 1024,
    maxFragments,
    closeTimeout = 5_000,
  } = options;
  const outbox = new Outbox(system, { pingInterval: 0, ...options });
  const upgrades = new UpgradeServer({ maxPayload, maxFragments, closeTimeout });
  const ends: End[] = [];
  let arrived = deferred();
  const server = createServer();
  server.on('upgrade', (request, net, head) => {
    const socket = net as NetSocket;
    onCleanup(() => socket.destroy());
    upgrades.accept(request, socket, head, { headers: [], protocol: undefined }, (webSocket) => {
      ends.push(endOf(outbox.open(webSocket, socket), socket));
      arrived.resolve();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onCleanup(() => server.close());
  return {
    port: (server.address() as AddressInfo).port,
    next: async () => {
      if (ends.length === 0) await within(arrived.promise, 'a client');
      arrived = deferred();
      return ends.shift() as End;
    },
  };
}

function endOf(socket: Socket, net: NetSocket): End {
  const events: SocketEvent[] = [];
  const counts = new Map<SocketEvent['type'], number>();
  const countOf = (type: SocketEvent['type']): number => counts.get(type) ?? 0;
  let look = (): void => {};
  socket.events$.subscribe((event) => {
    events.push(event);
    counts.set(event.type, countOf(event.type) + 1);
    look();
  });
  const seen = (type: SocketEvent['type'], count = 1): Promise<void> => {
    const { promise, resolve } = deferred();
    look = () => {
      if (countOf(type) >= count) resolve();
    };
    look();
    return within(promise, `${count} × ${type}`);
  };
  return { socket, net, events, seen };
}

/** The data of the frames among events, in short. */
export const texts = (events: readonly SocketEvent[]): unknown[] =>
  events.map((event) => (event.type === 'frame' ? event.data : event.type));

/** A client of the server, and its end there. */
export async function connect({ port, next }: Wire): Promise<{ client: Client; end: End }> {
  const client = await open(port, '/');
  return { client, end: await next() };
}

/** A client of bare TCP: it answers no ping and no close, and reads only when it is told to. */
export async function connectRaw({ port, next }: Wire): Promise<{ raw: Raw; end: End }> {
  const raw = new Raw(port).write(handshake('/'));
  const end = await next();
  await raw.until(/\r\n\r\n/);
  return { raw, end };
}

/** Writes until the kernel takes no more, so that what comes next has to wait. */
export async function stall({ net, socket }: End): Promise<void> {
  const options = { overflow: 'close', key: '', ref: undefined, from: undefined } as const;
  while (!net.writableNeedDrain || net.writableLength === 0) {
    socket.write(new Uint8Array(64 * 1024), options);
    await turns(4);
  }
}

/** Waits until the server's end stands still. */
export async function paused({ net }: End): Promise<void> {
  if (!net.isPaused()) {
    const { promise, resolve } = deferred();
    net.once('pause', resolve);
    await within(promise, 'the pause');
  }
  await turns(12);
}

/** Lets the event loop turn until something is so; fails where it is not within 3 s. */
export async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 3_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`not within 3 s: ${isSo}`);
    await turns(1);
  }
}
