import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'express';
import { setRelay } from '../../lib/express/index.js';
import {
  attempt,
  cleanUp,
  deferred,
  echo,
  greet,
  handshake,
  open,
  Raw,
  refusal,
  serve,
  servePending,
  within,
} from './support.js';

afterEach(cleanUp);

describe("a handler's response to an upgrade", () => {
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
    expect(warnings).toMatchObject([{ code: 'relay_not_set' }]);
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

  it.each([
    { method: 'end', answer: (res: Response) => res.end() },
    { method: 'flushHeaders', answer: (res: Response) => res.flushHeaders() },
    { method: 'write', answer: (res: Response) => res.write('dropped') },
  ])('refuses a second head after $method as Node does, and relays (H12)', async ({ answer }) => {
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
});

/** Text in pieces of 64 KiB. */
function* pieces(size: number): Generator<string> {
  for (let sent = 0; sent < size; sent += 65_536) yield 'x'.repeat(65_536);
}
