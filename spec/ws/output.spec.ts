import { Socket } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ignoreElements, tap } from 'rxjs';
import { setRelay, ws } from '../../lib/express/index.js';
import { type Behavior, is, type Pid, type System } from '../../lib/index.js';
import type { ServerSocket } from '../../lib/ws/serverSocket.js';
import { cleanUp, handshake, open, Raw, type Running, serve, within } from '../express/support.js';
import { collect, turns } from '../support/runtime.js';
import { texts, wire } from './support.js';

afterEach(cleanUp);

const MIB = 1024 * 1024;

/** A relay whose targets do something as soon as a client joins. */
function onJoin(act: (system: System, client: Pid) => void): Promise<Running> {
  return serve({
    routes: (app, { system }) => {
      const target: Behavior = (inbox) =>
        inbox.pipe(
          tap((message) => {
            if (is(message, ws.join)) act(system, message.payload.client_pid);
          }),
          ignoreElements(),
        );
      app.get('/ws', (_req, res) => void setRelay(res, { target }).end());
    },
  });
}

describe('a client that reads', () => {
  it.each([{ mib: 6 }, { mib: 12 }, { mib: 32 }])(
    'gets one message of $mib MiB and stays connected (Q2)',
    async ({ mib }) => {
      const { port } = await onJoin((system, client) => {
        system.send(client, ws.send, { data: new Uint8Array(mib * MIB) });
        system.send(client, ws.send, { data: 'and then' });
      });
      const client = await open(port, '/ws');

      expect(((await client.next()) as Buffer).length).toBe(mib * MIB);
      expect(await client.next()).toBe('and then');
      expect(client.socket.readyState).toBe(client.socket.OPEN);
    },
  );

  it('gets 20,000 messages that are sent in one turn: all, in order (W3, M11)', async () => {
    const COUNT = 20_000;
    const { port, system } = await onJoin((system, client) => {
      for (let n = 0; n < COUNT; n++) system.send(client, ws.send, { data: `message ${n}` });
    });
    const drops = collect(system.events$, ({ type }) => type);
    const client = await open(port, '/ws');
    const received: unknown[] = [];
    while (received.length < COUNT) received.push(await client.next());

    expect(received).toEqual(Array.from({ length: COUNT }, (_, n) => `message ${n}`));
    expect(drops).not.toContain('drop');
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });
});

describe('a turn that writes more than a client may have unsent', () => {
  it('is cut where it is written, the client is told, and the rest is counted (Q2, cause m)', async () => {
    const { port, system } = await onJoin((system, client) => {
      const data = new Uint8Array(MIB);
      for (let n = 0; n < 500; n++) system.send(client, ws.send, { data });
    });
    const events = collect(system.events$);
    const client = await open(port, '/ws');
    const ended = new Promise<[number, string]>((resolve) =>
      client.socket.once('close', (code, reason) => resolve([code, String(reason)])),
    );
    const before = process.memoryUsage().arrayBuffers;
    let received = 0;
    client.socket.on('message', () => received++);
    expect(await within(ended, 'the close')).toEqual([1013, 'slow consumer']);

    const dropped = events.flatMap((event) =>
      event.type === 'drop' && event.reason === 'closing' ? [event.count] : [],
    );
    expect(received + dropped.reduce((sum, count) => sum + count, 0)).toBe(500);
    // A batch may end in between, and the client read what there was.
    expect(received).toBeLessThan(100);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * MIB);
  });
});

describe('a client that has vanished', () => {
  it('is found by TCP where no pings are sent (Q1)', async () => {
    const probes = jest.spyOn(Socket.prototype, 'setKeepAlive');
    const { port, next } = await wire({ pingInterval: 0 });
    const client = await open(port, '/');
    await next();
    const asked = probes.mock.calls.filter(([isOn, delay]) => isOn === true && delay === 30_000);
    probes.mockRestore();

    expect(asked.length).toBe(1);
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });
});

describe('a client that does not read', () => {
  it('is found out by one large message that makes no progress, within two rounds (Q2)', async () => {
    const { port, next } = await wire({ pingInterval: 50 });
    const raw = new Raw(port).write(handshake('/'));
    const { socket, seen, events } = await next();
    await raw.until(/\r\n\r\n/);
    raw.socket.pause();
    socket.write(new Uint8Array(32 * MIB));
    await seen('congested');

    expect(texts(events)).toEqual(['congested']);
    expect(socket.buffered).toBeLessThan(33 * MIB);
  });

  it('is found out though it sends pongs that nobody asked for (Q1)', async () => {
    const { port, next } = await wire({ pingInterval: 50 });
    const raw = new Raw(port).write(handshake('/'));
    const { seen, events } = await next();
    await raw.until(/\r\n\r\n/);
    const pong = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
    const talking = setInterval(() => raw.write(pong), 5);
    await seen('silent').finally(() => clearInterval(talking));

    expect(texts(events)).toEqual(['silent']);
  });

  it('and what it is sent makes progress, however slow: it is left alone (Q2)', async () => {
    const { port, next } = await wire({ pingInterval: 0 });
    const raw = new Raw(port).write(handshake('/'));
    const { socket, events } = await next();
    await raw.until(/\r\n\r\n/);
    raw.socket.pause();
    socket.write(new Uint8Array(32 * MIB));
    for (let round = 0; round < 4; round++) {
      await turns(12);
      (socket as ServerSocket).check();
      const { length } = raw.text;
      raw.socket.resume();
      while (raw.text.length < length + 4 * MIB) await turns(1);
      raw.socket.pause();
    }

    expect(events).toEqual([]);
  });
});
