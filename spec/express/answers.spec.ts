import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Request, Response } from 'express';
import morgan from 'morgan';
import { untouchable } from '../../lib/express/gate.js';
import { setRelay } from '../../lib/express/index.js';
import {
  attempt,
  cleanUp,
  deferred,
  echo,
  handshake,
  open,
  Raw,
  refusal,
  serve,
  within,
} from './support.js';

afterEach(cleanUp);

/** A server whose handler waits until the test answers for it. */
async function servePending() {
  const arrived = deferred<Response>();
  const running = await serve({
    routes: (app) => {
      app.get('/ws', (_req, res) => arrived.resolve(res));
    },
  });
  return { ...running, handler: () => within(arrived.promise, 'the handler') };
}

describe('the answer of a handler', () => {
  it.each([101, 102, 200, 299])('is relayed with status %p (H11)', async (status) => {
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          setRelay(res.status(status), { target: echo }).end();
        });
      },
    });

    expect(await (await open(port, '/ws')).ask('hi')).toBe('hi');
  });

  it.each([
    { what: 'an object made from it', derive: (res: Response) => Object.create(res) as Response },
    { what: 'a proxy', derive: (res: Response) => new Proxy(res, {}) },
  ])('is relayed where a middleware hands on $what', async ({ derive }) => {
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => void setRelay(derive(res), { target: echo }).end());
        app.get('/ws/plain', (_req, res) => void derive(res).end('plain'));
      },
    });

    expect(await (await open(port, '/ws')).ask('hi')).toBe('hi');
    expect(await (await fetch(`http://127.0.0.1:${port}/ws/plain`)).text()).toBe('plain');
  });

  it('may fail because a behaviour is in the place of a handler, which pipes the request', async () => {
    const closed = deferred();
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (req) => {
          req.on('close', closed.resolve);
          echo(req as never, undefined as never);
        });
      },
    });

    expect(await refusal(port, '/ws')).toMatchObject({ status: 500 });
    await within(closed.promise, "the request's close");
  });

  it('may open a connection that shuts the relay down, and closes in order (Q3)', async () => {
    const { port, relay } = await serve({
      routes: (app) => {
        app.get('/ws', async (_req, res) => {
          await Promise.resolve();
          setRelay(res, { target: echo }).end();
        });
      },
    });
    relay.connections$.subscribe(({ type }) => void (type === 'opened' && relay.shutdown()));
    const client = await open(port, '/ws');

    expect(await within(client.closed, 'the close')).toMatchObject({ code: 1001 });
  });

  it('is not waited for at shutdown for more than 10 s without a byte read (Q3)', async () => {
    const sockets: Socket[] = [];
    const { port, relay } = await serve({
      before: (_app, server) => server.on('connection', (socket) => sockets.push(socket)),
      routes: (app) => {
        app.get('/ws', (_req, res) => void res.status(400).end('x'.repeat(64 * 1024 * 1024)));
      },
    });
    const raw = new Raw(port).write(handshake('/ws'));
    await raw.until(/^HTTP/);
    raw.socket.pause();
    await relay.shutdown();

    expect(sockets.map(({ timeout }) => timeout)).toEqual([10_000]);
  });

  it.each<{ what: string; setTimeout: (req: Request, res: Response, done: () => void) => unknown }>(
    [
      { what: 'res', setTimeout: (_req, res, done) => res.setTimeout(20, done) },
      { what: 'req', setTimeout: (req, _res, done) => req.setTimeout(20, done) },
    ],
  )('may set a timeout on $what, whose callback runs (H11)', async ({ setTimeout }) => {
    const { port, handler } = await servePending();
    const answer = refusal(port, '/ws');
    const res = await handler();
    setTimeout(res.req, res, () => res.status(408).end('too slow'));

    expect(await answer).toMatchObject({ status: 408, body: 'too slow' });
  });

  it('ends a socket whose timeout nobody hears, as Node does (H11)', async () => {
    const { port, handler } = await servePending();
    const raw = new Raw(port).write(handshake('/ws'));
    (await handler()).setTimeout(20);

    expect(await raw.end()).toBe('');
  });

  it('is over for req and res when the client leaves (H2 row 11)', async () => {
    const { port, handler } = await servePending();
    const raw = new Raw(port).write(handshake('/ws'));
    const res = await handler();
    const events = [deferred(), deferred(), deferred()] as const;
    res.on('close', events[0].resolve);
    res.req.on('close', events[1].resolve).on('aborted', events[2].resolve);
    raw.socket.resetAndDestroy();
    await within(Promise.all(events.map(({ promise }) => promise)), 'both closes');

    expect([res.req.destroyed, res.destroyed, res.closed]).toEqual([true, true, true]);
  });

  it('closes req, which is not aborted, when it is relayed', async () => {
    const { port, handler } = await servePending();
    const client = attempt(port, '/ws');
    const res = await handler();
    const closed = once(res.req, 'close');
    res.req.on('aborted', () => closed.then(() => Promise.reject(new Error('aborted'))));
    setRelay(res, { target: echo }).end();
    await within(closed, "the request's close");

    expect(res.req.readableEnded).toBe(true);
    await client;
  });

  it.each([
    { header: 'nonsense', status: 400, length: '27' },
    { header: '{}', status: 400, length: '18' },
    {
      header: '{"target_pid":"{main|0xfffff}","message_topic":"ws.leave"}',
      status: 400,
      length: '27',
    },
    { header: '{"target_pid":"{main|0xfffff}"}', status: 404, length: '24' },
  ])(
    'of $header is logged as the client was told (H2 rows 6–9)',
    async ({ header, status, length }) => {
      const lines: string[] = [];
      let finished = 0;
      const logged = deferred();
      const write = (line: string): void => {
        lines.push(line);
        logged.resolve();
      };
      const { port } = await serve({
        before: (app) => {
          app.use(morgan(':status :res[content-length]', { stream: { write } }));
        },
        routes: (app) => {
          app.get('/ws', (_req, res) => {
            res.on('finish', () => finished++);
            res.set('X-WS-Relay', header).end();
          });
        },
      });

      expect((await refusal(port, '/ws')).status).toBe(status);
      await within(logged.promise, 'the log');
      expect([lines, finished]).toEqual([[`${status} ${length}\n`], 1]);
    },
  );

  it('is logged as 503 when it does not come in time (H11)', async () => {
    const logged = deferred<string>();
    const { port } = await serve({
      relay: { handshakeTimeout: 20 },
      before: (app) => {
        app.use(morgan(':status', { stream: { write: logged.resolve } }));
      },
      routes: (app) => {
        app.get('/ws', () => {});
      },
    });

    expect((await refusal(port, '/ws')).status).toBe(503);
    expect(await within(logged.promise, 'the log')).toBe('503\n');
  });

  it('warns once of subprotocols that were not offered, and names none (H10, H18)', async () => {
    const { port, warnings } = await serve({
      routes: (app) => {
        app.get('/ws', (req, res) => {
          res.set('Sec-WebSocket-Protocol', req.get('Sec-WebSocket-Protocol'));
          setRelay(res, { target: echo }).end();
        });
      },
    });
    const headers = { 'Sec-WebSocket-Protocol': 'a, b' };
    for (let n = 0; n < 2; n++) {
      await new Raw(port).write(handshake('/ws', headers)).until(/^HTTP\/1.1 101 /);
    }

    expect(warnings).toMatchObject([
      {
        code: 'protocol_not_offered',
        message:
          '/ws: the Sec-WebSocket-Protocol of the answer is none of the 2 that were offered; answer with one of them',
      },
    ]);
  });

  it('names trust proxy where only the scheme of an origin differs (H6)', async () => {
    const { port, warnings } = await serve({});
    const host = `127.0.0.1:${port}`;

    expect((await refusal(port, '/ws', { origin: `https://${host}` })).status).toBe(403);
    expect(warnings[0]?.message).toMatch(`Origin https://${host} is not http://${host}; `);
    expect(warnings[0]?.message).toMatch("'trust proxy'");
  });
});

describe('untouchable', () => {
  it('gives what methods that look give, and does nothing by those that act', () => {
    const acts: string[] = [];
    const certificate = { subject: { CN: 'ada' } };
    const socket = {
      getPeerCertificate(this: unknown) {
        return this === socket ? certificate : undefined;
      },
      isSessionReused: () => true,
      address: () => ({ port: 1 }),
      destroy: () => acts.push('destroy'),
      end: () => acts.push('end'),
      write: () => acts.push('write'),
    };
    const seen = untouchable(socket as unknown as Socket) as unknown as typeof socket;
    for (const act of ['destroy', 'end', 'write'] as const) expect(seen[act]()).toBe(seen);

    expect(seen.getPeerCertificate()).toBe(certificate);
    expect([seen.isSessionReused(), seen.address()]).toEqual([true, { port: 1 }]);
    expect(acts).toEqual([]);
  });
});
