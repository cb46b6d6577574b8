import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { filter, ignoreElements, map, tap } from 'rxjs';
import { ws } from '../../lib/express/index.js';
import { type Behavior, ofTopic, send } from '../../lib/index.js';
import { cleanUp, deferred, frame, handshake, within } from '../express/support.js';
import { DOORS, type Reply, serveAt } from './doors.js';

afterEach(cleanUp);

const COUNT = 100_000;
const textOf = (n: number): string => String(n).padStart(100, '.');
/** Ten MiB and more of frames, each of which says which one it is. */
const FRAMES = Buffer.concat(Array.from({ length: COUNT }, (_, n) => frame(textOf(n))));

/** Milliseconds for all of them, on a machine that has much else to do. */
const LONG = 10_000;

/** Tells of the first frame that is not the next one, and of the last. */
const counter: Behavior = (inbox) => {
  let next = 0;
  return inbox.pipe(
    ofTopic(ws.message),
    filter(({ payload: { data } }) => {
      const isNext = String(data) === textOf(next);
      next += isNext ? 1 : COUNT;
      return !isNext || next === COUNT;
    }),
    map(({ payload: { client_pid } }) => send(client_pid, ws.send, { data: `next is ${next};` })),
  );
};

/** `once` would reject for an error before it, such as a reset. */
const closeOf = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.once('close', () => resolve()));

/** What a socket has of libuv, or of the socket below its TLS. */
interface Handle {
  readonly _parent?: Handle;
  hasRef(): boolean;
}

/** A handler that waits until it is told what to answer. */
function asked() {
  const answer = deferred<Reply>();
  const arrived = deferred<string>();
  const reply = (path: string): Promise<Reply> => {
    arrived.resolve(path);
    return answer.promise;
  };
  return { reply, answer: answer.resolve, arrived: () => within(arrived.promise, 'the handler') };
}

describe.each(DOORS)('what a client sends before its 101 (door $door, TLS $tls)', (at) => {
  /** A client that has sent ten MiB to a handler, so that the server does not read it any more. */
  async function paused() {
    const { handler, ...served } = await waited({ messagesPerSecond: 0 });
    served.client.write(handshake('/ws'));
    await handler.arrived();
    const pause = once(served.socket, 'pause');
    served.client.write(FRAMES);
    await within(pause, 'the pause');
    return { ...served, answer: handler.answer };
  }

  /** The same with a clock, which runs from the handshake: nothing is waited for between it and the frames. */
  async function timed() {
    const { handler, ...served } = await waited({ handshakeTimeout: 300 });
    const pause = once(served.socket, 'pause');
    served.client.write(handshake('/ws')).write(FRAMES);
    await within(Promise.all([handler.arrived(), pause]), 'the pause');
    return served;
  }

  /** A client that is connected, and has said nothing. */
  async function waited(options: object) {
    const handler = asked();
    const served = await serveAt(at, handler.reply, options);
    const client = served.connect();
    return { ...served, client, socket: await served.first(), handler };
  }

  it('is kept up to 64 KiB, then not read, and handed over in order up to the last byte (H15)', async () => {
    const { client, socket, answer } = await paused();
    // What Node itself reads ahead is in it.
    expect(socket.bytesRead).toBeLessThan(4 * 64 * 1024);
    answer({ target: counter });

    expect(await client.until(/next is \d+;/, LONG)).toMatch(`next is ${COUNT};`);
  });

  it('is handed over, too, where it came with the handshake (H15)', async () => {
    const handler = asked();
    const { connect } = await serveAt(at, handler.reply, { messagesPerSecond: 0 });
    const client = connect().write(Buffer.concat([Buffer.from(handshake('/ws')), FRAMES]));
    await handler.arrived();
    handler.answer({ target: counter });

    expect(await client.until(/next is \d+;/, LONG)).toMatch(`next is ${COUNT};`);
  });

  it('is read after a refusal, so that its answer arrives (H15)', async () => {
    const { client, answer } = await paused();
    const errors: unknown[] = [];
    client.socket.on('error', (error) => errors.push(error));
    answer({ status: 403, body: 'no' });

    expect(await client.end()).toMatch(/^HTTP\/1.1 403 .*no$/s);
    expect(errors).toEqual([]);
  });

  it('does not stop the clock, whose answer arrives as well (H11, H15)', async () => {
    const { client, warnings } = await timed();

    expect(await client.end()).toMatch(/^HTTP\/1.1 503 .*Handler did not end the response$/s);
    expect(warnings).toMatchObject([{ code: 'handshake_timeout' }]);
  });

  it.each([
    // A socket of TLS cannot reset.
    ...(at.tls ? [] : [{ how: 'resets', leave: 'resetAndDestroy' as const }]),
    { how: 'closes', leave: 'destroy' as const },
    { how: 'ends its half', leave: 'end' as const },
  ])('is given up by the clock where the client $how meanwhile (H15)', async ({ leave }) => {
    const { client, socket, relay } = await timed();
    const closed = closeOf(socket);
    client.socket[leave]();
    await within(closed, "the server's socket");

    expect(relay.count).toBe(0);
  });

  it('is handed over whole where the client has ended its half meanwhile (H15, L6)', async () => {
    const { client, relay, answer } = await paused();
    client.socket.end();
    const left = deferred<number>();
    let count = 0;
    const target: Behavior = (inbox) =>
      inbox.pipe(
        ofTopic(ws.message, ws.leave),
        tap(({ topic }) => (topic === 'ws.leave' ? left.resolve(count) : count++)),
        ignoreElements(),
      );
    answer({ target });

    expect(await within(left.promise, 'the leave', LONG)).toBe(COUNT);
    await relay.shutdown();
    expect(relay.count).toBe(0);
  });

  it('leaves nobody behind where the client has reset meanwhile, and gets a 101 (H15)', async () => {
    const { client, socket, relay, answer } = await paused();
    const closed = closeOf(socket);
    client.socket[at.tls ? 'destroy' : 'resetAndDestroy']();
    await within(client.closed, 'the reset');
    answer({ target: counter });
    await within(closed, "the server's socket");
    await relay.shutdown();

    expect(relay.count).toBe(0);
  });
});

describe.each([DOORS[0], DOORS[2]])('maxEarly (door $door)', (at) => {
  it('is how much is kept of a client before its 101 (H15)', async () => {
    const handler = asked();
    const { connect, first } = await serveAt(at, handler.reply, { maxEarly: 10 });
    const client = connect().write(handshake('/ws'));
    await handler.arrived();
    const pause = once(await first(), 'pause');
    client.write(frame('hello'));
    await within(pause, 'the pause');
    client.write(frame('world'));
    const two: Behavior = (inbox) =>
      inbox.pipe(
        ofTopic(ws.message),
        map(({ payload: { client_pid, data } }) => send(client_pid, ws.send, { data })),
      );
    handler.answer({ target: two });

    expect(await client.until(/world/)).toMatch(/hello.*world/s);
  });
});

describe.each(DOORS)('a client that has its refusal (door $door, TLS $tls)', (at) => {
  it('keeps Node alive no more, though its half stays open (Q3, H15)', async () => {
    const { connect, first } = await serveAt(at, () => ({ status: 401 }));
    const client = connect();
    client.socket.allowHalfOpen = true;
    client.write(handshake('/'));
    await within(once(client.socket, 'end'), 'the end');
    const socket = (await first()) as Socket & { _handle: Handle };
    const { _handle: handle } = socket;
    if (!socket.writableFinished) await within(once(socket, 'finish'), 'what is written');

    expect([socket.destroyed, (handle._parent ?? handle).hasRef()]).toEqual([false, false]);
  });
});

describe.each([DOORS[0], DOORS[2]])(
  'a client that sends on after its refusal (door $door)',
  (at) => {
    it('is read, so that the answer arrives, and cut off after 2 s (H15)', async () => {
      const { connect, first } = await serveAt(at, () => ({ status: 401 }));
      const client = connect();
      client.socket.allowHalfOpen = true;
      client.write(handshake('/'));
      const closed = closeOf(await first());
      const chunk = Buffer.alloc(1024);
      const writing = setInterval(() => client.socket.writable && client.write(chunk), 10);
      await within(closed, "the server's socket", 4_000).finally(() => clearInterval(writing));

      expect(client.text).toMatch(/^HTTP\/1.1 401 /);
    });
  },
);

describe.each([DOORS[0], DOORS[2]])('a plain answer to an upgrade (door $door)', (at) => {
  it('is not waited for, once it has ended, for more than 10 s without a byte read (H15)', async () => {
    const handler = asked();
    const { connect, first } = await serveAt(at, handler.reply, { handshakeTimeout: 20 });
    const client = connect().write(handshake('/ws'));
    const socket = await first();
    handler.answer({ status: 400, body: 'x'.repeat(64 * 1024 * 1024) });
    await client.until(/^HTTP\/1.1 400/);
    client.socket.pause();

    expect([socket.timeout, socket.destroyed]).toEqual([10_000, false]);
    const closed = closeOf(socket);
    socket.emit('timeout');
    await within(closed, 'the cut');
  });
});
