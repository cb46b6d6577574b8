import { afterEach, describe, expect, it } from '@jest/globals';
import compression from 'compression';
import cookieParser from 'cookie-parser';
import session, { MemoryStore } from 'express-session';
import helmet from 'helmet';
import morgan from 'morgan';
import { setRelay } from '../../lib/express/index.js';
import { cleanUp, deferred, echo, greet, open, refusal, serve, within } from './support.js';

afterEach(cleanUp);

declare module 'express-session' {
  interface SessionData {
    user: string;
    visits: number;
  }
}

const sessions = (store = new MemoryStore(), saveUninitialized = false) =>
  session({ secret: 'not a secret', resave: false, saveUninitialized, store });

const cookieOf = (setCookie: string | string[] | undefined): string =>
  String([setCookie].flat()[0]).split(';')[0] as string;

describe('an upgrade request', () => {
  it('passes sessions, and a login that refuses it with 401', async () => {
    const { port } = await serve({
      before: (app) => {
        app.use(sessions());
        app.get('/login', (req, res) => {
          req.session.user = 'ada';
          res.send('welcome');
        });
        app.use('/ws', (req, res, next) => {
          if (req.session.user === undefined) res.status(401).send('log in first');
          else next();
        });
      },
      routes: (app) => {
        app.get('/ws', (req, res) => {
          setRelay(res, { target: greet, metadata: { user: req.session.user } }).end();
        });
      },
    });
    const stranger = await refusal(port, '/ws');
    const login = await fetch(`http://127.0.0.1:${port}/login`);
    const Cookie = cookieOf(login.headers.get('set-cookie') ?? undefined);
    const client = await open(port, '/ws', { headers: { Cookie } });

    expect(stranger).toMatchObject({ status: 401, body: 'log in first' });
    expect(await client.next()).toBe('{"user":"ada"}');
  });

  it('saves the session before the 101, which carries its cookie (H10)', async () => {
    const store = new MemoryStore();
    const { port } = await serve({
      before: (app) => {
        app.use(sessions(store));
      },
      routes: (app) => {
        app.get('/ws', (req, res) => {
          req.session.visits = (req.session.visits ?? 0) + 1;
          setRelay(res, { target: greet, metadata: { visits: req.session.visits } }).end();
        });
      },
    });
    const first = await open(port, '/ws');
    const Cookie = cookieOf(first.upgrade['set-cookie']);
    const second = await open(port, '/ws', { headers: { Cookie } });

    expect(Cookie).toMatch(/^connect\.sid=/);
    expect(await first.next()).toBe('{"visits":1}');
    expect(await second.next()).toBe('{"visits":2}');
  });

  it('is counted by its session, where connectionKey says so (H16)', async () => {
    const { port, relay } = await serve({
      before: (app) => {
        app.use(sessions(), (req, _res, next) => {
          req.session.user = String(req.query.user);
          next();
        });
      },
      relay: { connectionKey: ({ ip, session: { user } }) => `${ip} ${user}`, maxPerKey: 1 },
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          setRelay(res, { target: echo }).end();
        });
      },
    });
    for (const user of ['ada', 'bob']) await open(port, `/ws?user=${user}`);

    expect((await refusal(port, '/ws?user=ada')).status).toBe(429);
    expect(relay.connections().map(({ key }) => key)).toEqual(['127.0.0.1 ada', '127.0.0.1 bob']);
  });

  it('sends cookies and headers with the 101, but nothing about a body (H10)', async () => {
    const { port } = await serve({
      before: (app) => {
        app.use(cookieParser('secret'));
      },
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          res.cookie('one', '1').cookie('two', '2', { signed: true });
          res.set({ 'X-Custom': 'yes', 'Content-Language': 'de', Connection: 'close' });
          setRelay(res, { target: echo }).json({ dropped: true });
        });
      },
    });
    const client = await open(port, '/ws');
    const { upgrade } = client;

    expect(upgrade['set-cookie']).toEqual([
      'one=1; Path=/',
      expect.stringMatching(/^two=s%3A2\..*; Path=\/$/),
    ]);
    expect(upgrade['x-custom']).toBe('yes');
    expect(upgrade.connection).toBe('Upgrade');
    expect(Object.keys(upgrade).filter((name) => name.startsWith('content-'))).toEqual([]);
    expect(await client.ask('hi')).toBe('hi');
  });

  it('passes helmet, morgan, compression and cookie-parser', async () => {
    const logged = deferred<string>();
    const { port } = await serve({
      before: (app) => {
        app.use(morgan(':method :url :status :remote-addr', { stream: { write: logged.resolve } }));
        app.use(helmet(), compression({ threshold: 0 }), cookieParser());
      },
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          setRelay(res, { target: echo }).send('a body that compression would take');
        });
        app.get('/ws/no', (_req, res) => {
          res.status(403).send('x'.repeat(5_000));
        });
      },
    });
    const client = await open(port, '/ws');

    expect(await client.ask('hi')).toBe('hi');
    expect(client.upgrade['x-frame-options']).toBe('SAMEORIGIN');
    expect(await within(logged.promise, 'the log')).toBe('GET /ws 200 127.0.0.1\n');
    expect(await refusal(port, '/ws/no')).toMatchObject({ status: 403, body: 'x'.repeat(5_000) });
  });

  it.each([
    { error: 'thrown', path: '/ws/thrown' },
    { error: 'rejected', path: '/ws/rejected' },
    { error: 'passed to next', path: '/ws/next' },
  ])(
    'is answered 500 for an error that is $error, without the header (H2 rows 4c, 4d)',
    async ({ path }) => {
      const { port, system } = await serve({
        routes: (app) => {
          app.get('/ws/thrown', (_req, res) => {
            setRelay(res, { target: echo });
            throw new Error('oops');
          });
          app.get('/ws/rejected', async (_req, res) => {
            setRelay(res, { target: echo });
            await Promise.reject(new Error('oops'));
          });
          app.get('/ws/next', (_req, res, next) => {
            setRelay(res, { target: echo });
            next(new Error('oops'));
          });
        },
      });
      const answer = await refusal(port, path);

      expect(answer.status).toBe(500);
      expect(answer.headers['x-ws-relay']).toBeUndefined();
      expect(system.processes()).toEqual([]);
    },
  );

  it('is redirected like any other request', async () => {
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          res.redirect('/elsewhere');
        });
      },
    });

    expect(await refusal(port, '/ws')).toMatchObject({
      status: 302,
      headers: { location: '/elsewhere' },
    });
  });

  it('waits for an async handler', async () => {
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws/:room', async (req, res) => {
          await new Promise(setImmediate);
          setRelay(res, { target: greet, metadata: { ...req.params, ...req.query } }).end();
        });
      },
    });
    const client = await open(port, '/ws/lobby?user=ada');

    expect(await client.next()).toBe('{"room":"lobby","user":"ada"}');
  });

  it('is refused by a later middleware although the header is set (H11)', async () => {
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res, next) => {
          setRelay(res, { target: echo });
          next();
        });
        app.use((_req, res) => {
          res.sendStatus(401);
        });
      },
    });

    expect((await refusal(port, '/ws')).status).toBe(401);
  });
});

describe('a subprotocol', () => {
  const serveProtocol = (protocol?: string) =>
    serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => {
          if (protocol !== undefined) res.set('Sec-WebSocket-Protocol', protocol);
          setRelay(res, { target: echo }).end();
        });
      },
    });

  it('is the one that the handler chose, when it was offered (H10)', async () => {
    const { port } = await serveProtocol('chat.v2');
    const client = await open(port, '/ws', { protocols: ['chat.v1', 'chat.v2'] });

    expect(client.socket.protocol).toBe('chat.v2');
  });

  it('is none when the client offered none (H10)', async () => {
    const { port } = await serveProtocol('chat.v2');

    expect((await open(port, '/ws')).upgrade['sec-websocket-protocol']).toBeUndefined();
  });

  it.each([undefined, 'chat.v3'])(
    'is none of those offered when the handler chose %p (H10)',
    async (protocol) => {
      const { port } = await serveProtocol(protocol);

      await expect(open(port, '/ws', { protocols: ['chat.v1'] })).rejects.toThrow(
        'Server sent no subprotocol',
      );
    },
  );
});
