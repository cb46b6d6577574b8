import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'express';
import { setRelay } from '../../lib/express/index.js';
import {
  attempt,
  cleanUp,
  deferred,
  echo,
  frame,
  greet,
  handshake,
  onCleanup,
  open,
  processWarnings,
  Raw,
  refusal,
  serve,
  within,
} from './support.js';

afterEach(cleanUp);

/** A server whose handler waits until the test answers for it. */
async function servePending(options: Parameters<typeof serve>[0] = {}) {
  const arrived = deferred<Response>();
  const closed = deferred();
  const running = await serve({
    ...options,
    routes: (app) => {
      app.get('/ws/:room', (_req, res) => {
        res.on('close', closed.resolve);
        arrived.resolve(res);
      });
    },
  });
  return {
    ...running,
    handler: () => within(arrived.promise, 'the handler'),
    responseClosed: () => within(closed.promise, "the response's close"),
  };
}

describe('acceptUpgrades', () => {
  it('survives a reset while the handler runs (pitfall: no error listener)', async () => {
    const { port, handler, responseClosed, app } = await servePending();
    app.get('/alive', (_req, res) => {
      res.send('yes');
    });
    const raw = new Raw(port).write(handshake('/ws/a'));
    await handler();
    raw.socket.resetAndDestroy();
    await responseClosed();

    expect((await fetch(`http://127.0.0.1:${port}/alive`)).status).toBe(200);
  });

  it('survives a reset in the very turn of the upgrade (pitfall: no error listener)', async () => {
    const { port } = await serve({
      accept: {
        claim: ({ socket }) => {
          process.nextTick(() => socket.destroy(new Error('ECONNRESET')));
          return true;
        },
      },
    });
    const raw = new Raw(port).write(handshake('/ws'));

    expect(await raw.end()).toBe('');
  });

  it.each([401, 404, 500])(
    'closes the socket after %p (pitfall: half open for ever)',
    async (status) => {
      const { port } = await serve({
        routes: (app) => {
          app.get('/ws', (_req, res) => {
            res.sendStatus(status);
          });
        },
      });
      const reply = await new Raw(port).write(handshake('/ws')).end();

      expect(reply).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(reply).toMatch(/\r\nConnection: close\r\n/);
    },
  );

  it('ends the socket of a client that never ends its half (pitfall: half open for ever)', async () => {
    const ends: Promise<unknown>[] = [];
    const { port } = await serve({
      before: (_app, server) => {
        server.on('connection', (socket) => ends.push(once(socket, 'close')));
      },
      relay: { handshakeTimeout: 20 },
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          res.sendStatus(401);
        });
        app.get('/ws/never', () => {});
      },
    });
    for (const path of ['/ws', '/ws/never']) {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      onCleanup(() => socket.destroy());
      socket.resume().write(handshake(path));
      await within(once(socket, 'end'), 'the answer');
    }

    await within(Promise.all(ends), "the server's sockets");
    expect(ends).toHaveLength(2);
  });

  it('streams an answer larger than any buffer (pitfall: no drain)', async () => {
    const size = 4 * 1024 * 1024;
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          res.status(400);
          Readable.from(pieces(size)).pipe(res);
        });
      },
    });

    expect((await refusal(port, '/ws')).body).toHaveLength(size);
  });

  it('pipes a stream after an earlier write had to wait (pitfall: no drain)', async () => {
    const size = 1024 * 1024;
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          res.status(400).write('y'.repeat(size));
          res.once('drain', () => {
            setImmediate(() => Readable.from(pieces(size)).pipe(res));
          });
        });
      },
    });

    expect((await refusal(port, '/ws')).body).toHaveLength(2 * size);
  });

  it('answers 503 for a handler that never ends, and names the route (H11)', async () => {
    const { port, handler, responseClosed, warnings } = await servePending({
      relay: { handshakeTimeout: 20 },
    });
    const raw = new Raw(port).write(handshake('/ws/secret'));
    const res = await handler();
    const reply = await raw.end();

    expect(reply).toMatch(/^HTTP\/1.1 503 Service Unavailable\r\n/);
    expect(reply).toMatch(/Handler did not end the response$/);
    expect(warnings).toEqual([
      expect.objectContaining({
        code: 'handshake_timeout',
        message: '/ws/:room: Handler did not end the response',
      }),
    ]);
    await responseClosed();
    res.end('late');
  });

  it('answers 503 for a handler that only wrote (H11)', async () => {
    const { port, handler, system } = await servePending({ relay: { handshakeTimeout: 20 } });
    const raw = new Raw(port).write(handshake('/ws/a'));
    const res = await handler();
    setRelay(res, { target: echo }).write('half');

    expect(await raw.end()).toMatch(/^HTTP\/1.1 503 /);
    res.end();
    await new Promise(setImmediate);
    expect(system.processes()).toEqual([]);
  });

  it('gives a plain answer that has begun all the time it wants (H11)', async () => {
    const { port, handler, warnings } = await servePending({ relay: { handshakeTimeout: 20 } });
    const raw = new Raw(port).write(handshake('/ws/a'));
    const res = await handler();
    res.write('first');
    await raw.until(/first/);
    await new Promise((resolve) => setTimeout(resolve, 40)); // twice the timeout, which is the point
    res.end('second');

    expect(await raw.end()).toMatch(/second/);
    expect(warnings).toEqual([]);
  });

  it('notices a client that ends while the handler runs (pitfall: hidden FIN)', async () => {
    const { port, handler, responseClosed, system } = await servePending();
    const raw = new Raw(port).write(handshake('/ws/a'));
    const res = await handler();
    raw.write('bytes that would hide the end');
    raw.socket.end();
    await responseClosed();
    setRelay(res, { target: echo }).end();
    await within(raw.closed, 'the end of the socket');

    expect(system.processes()).toEqual([]);
    expect(raw.text).toBe('');
  });

  it('delivers frames sent with the handshake after the join, in order (L2)', async () => {
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          setRelay(res, { target: greet, metadata: { joined: true } }).end();
        });
      },
    });
    const bytes = Buffer.concat([Buffer.from(handshake('/ws')), frame('one'), frame('two')]);
    const raw = new Raw(port).write(bytes);

    expect(await raw.until(/two/)).toMatch(/101.*{"joined":true}.*one.*two/s);
  });

  it('keeps frames that come while an async handler runs (L2)', async () => {
    const { port, handler } = await servePending();
    const raw = new Raw(port).write(Buffer.concat([Buffer.from(handshake('/ws/a')), frame('one')]));
    const res = await handler();
    raw.write(frame('two'));
    const seen = deferred();
    res.req.socket.on('data', () => seen.resolve());
    raw.write(frame('three'));
    await within(seen.promise, 'the frames');
    setRelay(res, { target: greet, metadata: { joined: true } }).end();

    expect(await raw.until(/three/)).toMatch(/{"joined":true}.*one.*two.*three/s);
  });

  it('cuts off a client that sends more than 64 KiB before its 101', async () => {
    const { port, handler, responseClosed } = await servePending();
    const raw = new Raw(port).write(handshake('/ws/a'));
    await handler();
    raw.write(Buffer.alloc(65 * 1024));
    await responseClosed();
    await within(raw.closed, 'the end of the socket');

    expect(raw.text).toBe('');
  });

  it('counts what came with the handshake among the 64 KiB', async () => {
    const { port, handler, responseClosed } = await servePending();
    const early = Buffer.concat([Buffer.from(handshake('/ws/a')), Buffer.alloc(40 * 1024)]);
    const raw = new Raw(port).write(early);
    await handler();
    raw.write(Buffer.alloc(40 * 1024));
    await responseClosed();
    await within(raw.closed, 'the end of the socket');

    expect(raw.text).toBe('');
  });

  it('drops an upgrade pipelined behind an unfinished response (pitfall: two writers)', async () => {
    const arrived = deferred<Response>();
    const { port } = await serve({
      before: (app) => {
        app.get('/slow', (_req, res) => {
          arrived.resolve(res);
        });
        app.get('/alive', (_req, res) => {
          res.send('yes');
        });
      },
    });
    const raw = new Raw(port).write(`GET /slow HTTP/1.1\r\nHost: x\r\n\r\n${handshake('/ws')}`);
    const res = await within(arrived.promise, 'the slow handler');
    expect(await raw.end()).toBe('');
    res.send('nobody reads this');

    expect((await fetch(`http://127.0.0.1:${port}/alive`)).status).toBe(200);
  });

  it('takes an upgrade on an idle kept-alive connection', async () => {
    const { port } = await serve({
      before: (app) => {
        app.get('/first', (_req, res) => {
          res.send('plain');
        });
      },
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          setRelay(res, { target: echo }).end();
        });
      },
    });
    const raw = new Raw(port).write('GET /first HTTP/1.1\r\nHost: x\r\n\r\n');
    await raw.until(/plain$/);
    raw.write(handshake('/ws'));
    await raw.until(/101 Switching Protocols/);
    raw.write(frame('hello'));

    expect(await raw.until(/hello$/)).toContain('hello');
  });

  it('keeps the WebSocket when the handler throws after its end (pitfall: late error)', async () => {
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          setRelay(res, { target: echo }).end();
          throw new Error('too late');
        });
        app.get('/ws/async', async (_req, res) => {
          setRelay(res, { target: echo }).end();
          await Promise.resolve();
          throw new Error('too late');
        });
      },
    });

    for (const path of ['/ws', '/ws/async']) {
      const client = await open(port, path);
      expect(await client.ask('still here')).toBe('still here');
    }
  });

  it('survives a response that is ended twice (pitfall: unhandled error of res)', async () => {
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          setRelay(res, { target: echo }).end('one');
          res.end('two');
        });
        app.get('/ws/plain', (_req, res) => {
          res.status(400).end('one');
          res.end('two');
        });
      },
    });

    expect(await (await open(port, '/ws')).ask('hi')).toBe('hi');
    expect(await refusal(port, '/ws/plain')).toMatchObject({ status: 400, body: 'one' });
  });

  it("closes the response when it has become a WebSocket (pitfall: req's events never come)", async () => {
    const { port, handler, responseClosed } = await servePending();
    const client = attempt(port, '/ws/a');
    const res = await handler();
    setRelay(res, { target: echo }).end();
    await client;
    await responseClosed();

    expect(res.req.ip).toBe('127.0.0.1');
  });

  it('runs another protocol as plain HTTP and closes (pitfall: every Upgrade header)', async () => {
    const { port } = await serve({
      routes: (app) => {
        app.all('/ws', (req, res) => {
          res.send(`${req.method} ${req.headers.upgrade}`);
        });
      },
    });
    const raw = new Raw(port).write(handshake('/ws', { Upgrade: 'h2c' }));
    const post = new Raw(port).write(
      handshake('/ws', { Upgrade: 'h2c', 'Content-Length': '4' }).replace('GET', 'POST'),
    );
    post.write('body');

    expect(await raw.end()).toMatch(/^HTTP\/1.1 200 OK.*GET h2c$/s);
    expect(await post.end()).toMatch(/^HTTP\/1.1 200 OK.*POST h2c$/s);
  });

  it('takes websocket from a list of protocols', async () => {
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          setRelay(res, { target: echo }).end();
        });
      },
    });
    const headers = { Upgrade: 'h2c, WebSocket', Connection: 'keep-alive, Upgrade' };
    const raw = new Raw(port).write(handshake('/ws', headers));
    await raw.until(/^HTTP\/1.1 101 /);
    raw.write(frame('hello'));

    expect(await raw.until(/hello$/)).toContain('hello');
  });

  it('reads headers from every form of writeHead', async () => {
    const header = (res: Response): string => {
      const text = setRelay(res, { target: echo }).get('X-WS-Relay') as string;
      res.removeHeader('X-WS-Relay');
      return text;
    };
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws/object', (_req, res) => {
          res.writeHead(200, { 'X-WS-Relay': header(res), 'X-One': '1' }).end();
        });
        app.get('/ws/phrase', (_req, res) => {
          res.writeHead(200, 'Fine', { 'X-WS-Relay': header(res), 'X-One': '1' }).end();
        });
        app.get('/ws/raw', (_req, res) => {
          res.writeHead(200, ['X-WS-Relay', header(res), 'X-One', '1', 'X-One', '2']).end();
        });
        app.get('/ws/flush', (_req, res) => {
          res.set('X-WS-Relay', header(res)).set('X-One', '1').flushHeaders();
          res.end();
        });
      },
    });

    for (const [path, one] of [
      ['object', '1'],
      ['phrase', '1'],
      ['raw', '1, 2'],
      ['flush', '1'],
    ]) {
      const client = await open(port, `/ws/${path}`);
      expect([path, client.upgrade['x-one']]).toEqual([path, one]);
      expect(client.upgrade['x-ws-relay']).toBeUndefined();
    }
  });

  it('calls back what a handler passed to write and end', async () => {
    const { port, handler } = await servePending();
    const client = attempt(port, '/ws/a');
    const res = setRelay(await handler(), { target: echo });
    const written = deferred();
    const ended = deferred();
    res.write('dropped', () => written.resolve());
    res.end(() => ended.resolve());

    await within(written.promise, 'the callback of write');
    await within(ended.promise, 'the callback of end');
    await client;
  });

  it('ends the client when a handler destroys its response, unless it is relayed', async () => {
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws/unanswered', (_req, res) => {
          res.destroy();
        });
        app.get('/ws/half', (_req, res) => {
          res.write('half');
          setImmediate(() => res.destroy());
        });
        app.get('/ws/relayed', (_req, res) => {
          setRelay(res, { target: echo }).end();
          res.destroy();
        });
      },
    });

    expect(await new Raw(port).write(handshake('/ws/unanswered')).end()).toBe('');
    expect(await new Raw(port).write(handshake('/ws/half')).end()).not.toContain('\r\n0\r\n');
    expect(await (await open(port, '/ws/relayed')).ask('hi')).toBe('hi');
  });

  it('answers an error after a head that could not be written', async () => {
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws/relay', (_req, res) => {
          setRelay(res, { target: echo }).writeHead(42);
        });
        app.get('/ws/plain', (_req, res) => {
          res.writeHead(1_000);
        });
      },
    });

    for (const path of ['/ws/relay', '/ws/plain']) {
      expect(await refusal(port, path)).toMatchObject({ status: 500 });
    }
  });

  it.each<[string, (res: Response) => unknown]>([
    ['end', (res) => res.end()],
    ['flushHeaders', (res) => res.flushHeaders()],
    ['write', (res) => res.write('dropped')],
  ])('refuses a second head after %s as Node does, and relays (H12)', async (_what, answer) => {
    const thrown: unknown[] = [];
    const writeHead = (res: Response): void => {
      try {
        res.writeHead(500, { 'X-Late': '1' });
      } catch (error) {
        thrown.push((error as { code?: string }).code);
      }
    };
    const { port, handler } = await servePending();
    const answered = open(port, '/ws/a');
    const res = setRelay(await handler(), { target: echo });
    res.set('X-Early', '1');
    answer(res);
    writeHead(res);
    // What is set after the head is for nobody.
    setRelay(res, { target: greet }).set('X-Late', '2').set('Sec-WebSocket-Protocol', 'late');
    res.flushHeaders();
    res.end();
    const client = await answered;
    writeHead(res);
    res.flushHeaders();

    expect(thrown).toEqual(['ERR_HTTP_HEADERS_SENT', 'ERR_HTTP_HEADERS_SENT']);
    expect(await client.ask('hi')).toBe('hi');
    expect([client.upgrade['x-early'], client.upgrade['x-late']]).toEqual(['1', undefined]);
    expect(client.upgrade['x-ws-relay']).toBeUndefined();
  });

  it('lets early hints fall', async () => {
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          res.writeEarlyHints({ link: '</style.css>; rel=preload' });
          setRelay(res, { target: echo }).end();
        });
      },
    });

    expect(await (await open(port, '/ws')).ask('hi')).toBe('hi');
  });

  it('answers a WebSocket handshake nobody handles with 404 (H2 row 4a)', async () => {
    const warnings = processWarnings();
    const { port } = await serve({});

    expect((await refusal(port, '/nowhere')).status).toBe(404);
    expect(warnings).toEqual([]);
  });

  it('leaves nothing behind when the server closes', async () => {
    const { port, server, relay } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          setRelay(res, { target: echo }).end();
        });
      },
    });
    const client = await open(port, '/ws');
    const closed = new Promise((resolve) => server.close(resolve));
    await relay.shutdown();

    expect(await within(client.closed, 'the close')).toMatchObject({ code: 1001 });
    await within(closed, "the server's end");
  });
});

/** Text in pieces of 64 KiB. */
function* pieces(size: number): Generator<string> {
  for (let sent = 0; sent < size; sent += 65_536) yield 'x'.repeat(65_536);
}
