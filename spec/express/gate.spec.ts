import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'express';
import { setRelay } from '../../lib/express/index.js';
import {
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
  servePending,
  within,
} from './support.js';

afterEach(cleanUp);

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

  it('answers a WebSocket handshake nobody handles with 404 (Q4)', async () => {
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
