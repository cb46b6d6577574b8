import { once } from 'node:events';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { NEVER } from 'rxjs';
import type { UpgradeAnswer, UpgradeHandler } from '../../lib/http/index.js';
import type { Behavior } from '../../lib/index.js';
import {
  cleanUp,
  deferred,
  echo,
  frame,
  greet,
  handshake,
  open,
  Raw,
  refusal,
  within,
} from '../express/support.js';
import { door } from './support.js';

afterEach(cleanUp);

const toEcho: UpgradeHandler = () => ({ target: echo });

describe('relayUpgrades', () => {
  it('connects the client to the process that the handler answers with (H13)', async () => {
    const { port, relay } = await door(toEcho);
    const client = await open(port, '/anywhere');

    expect(await client.ask('hello')).toBe('hello');
    expect(relay.count).toBe(1);
  });

  it('leaves plain requests to the server', async () => {
    const { port } = await door(toEcho);

    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('plain');
  });

  it('waits for a handler that is a promise, and keeps what the client sends meanwhile', async () => {
    const answer = deferred<UpgradeAnswer>();
    const asked = deferred();
    const { port } = await door(() => {
      asked.resolve();
      return answer.promise;
    });
    const raw = new Raw(port).write(handshake('/ws')).write(frame('early'));
    await within(asked.promise, 'the handler');
    answer.resolve({ target: echo });

    expect(await raw.until(/early$/)).toMatch(/^HTTP\/1\.1 101 /);
  });

  it('hands a frozen copy of the metadata over (H9)', async () => {
    const metadata = { user: { name: 'ada' } };
    const { port } = await door(() => ({ target: greet, metadata }));
    metadata.user.name = 'eve';
    const client = await open(port, '/ws');

    expect(await client.next()).toBe('{"user":{"name":"eve"}}');
    expect(Object.isFrozen(metadata)).toBe(false);
  });

  it('sends the headers of an answer with its 101, and chooses a subprotocol (H10)', async () => {
    const headers = {
      'Set-Cookie': ['a=1', 'b=2'],
      'sec-websocket-protocol': 'chat',
      'Content-Type': 'text/html',
      'X-Nothing': undefined,
    };
    const { port } = await door(() => ({ target: echo, headers }));
    const client = await open(port, '/ws', { protocols: ['chat', 'other'] });

    expect(client.socket.protocol).toBe('chat');
    expect(client.upgrade['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(Object.keys(client.upgrade)).not.toContain('content-type');
  });

  it.each<{ what: string; answer: UpgradeAnswer | undefined; expected: object }>([
    {
      what: 'undefined',
      answer: undefined,
      expected: { status: 404, body: 'Not found' },
    },
    { what: 'a status alone', answer: { status: 401 }, expected: { status: 401, body: '' } },
    {
      what: 'a redirect',
      answer: { status: 302, headers: { Location: '/login' } },
      expected: { status: 302, headers: { location: '/login', connection: 'close' } },
    },
    {
      what: 'a text',
      answer: { status: 403, body: 'né' },
      expected: {
        status: 403,
        body: 'n\xc3\xa9',
        headers: { 'content-type': 'text/plain; charset=utf-8', 'content-length': '3' },
      },
    },
    { what: '204, without a body', answer: { status: 204, body: 'x' }, expected: { body: '' } },
    {
      what: '205, with an empty body',
      answer: { status: 205, body: 'x' },
      expected: { body: '', headers: { 'content-length': '0' } },
    },
    {
      what: 'Headers of fetch, but for the relay header',
      answer: { status: 302, headers: new Headers({ Location: '/a', 'X-WS-Relay': '{}' }) },
      expected: { status: 302, headers: { location: '/a' } },
    },
    {
      what: '426 and its Upgrade',
      answer: { status: 426, headers: { Upgrade: 'websocket', Age: 1 } },
      expected: { headers: { upgrade: 'websocket', connection: 'Upgrade, close', age: '1' } },
    },
    {
      what: 'JSON, with a length that is wrong',
      answer: {
        status: 429,
        headers: { 'content-type': 'application/json', 'Content-Length': '999' },
        body: new TextEncoder().encode('{}'),
      },
      expected: {
        status: 429,
        body: '{}',
        headers: { 'content-type': 'application/json', 'content-length': '2' },
      },
    },
  ])('answers HTTP with $what (H13)', async ({ answer, expected }) => {
    const { port, relay } = await door(() => answer);
    const got = await refusal(port, '/ws');

    expect(got).toMatchObject(expected);
    expect(got.headers).not.toHaveProperty('x-ws-relay');
    expect(relay.count).toBe(0);
  });

  const raise = (): never => {
    throw new Error('no database');
  };
  it.each<{ what: string; handler: UpgradeHandler; expected: string }>([
    { what: 'throws', handler: raise, expected: 'no database' },
    { what: 'rejects', handler: async () => raise(), expected: 'no database' },
    {
      what: 'throws what has no text',
      handler: () => {
        throw Object.create(null);
      },
      expected: 'something that is no text',
    },
    {
      what: 'rejects with an error whose stack throws',
      handler: async () => {
        throw Object.defineProperty(new Error(), 'stack', { get: raise });
      },
      expected: 'Error',
    },
    {
      what: 'answers a header that is bytes',
      handler: () => ({ status: 200, headers: { 'X-A': Buffer.from('abc') as never } }),
      expected: 'header X-A is a text, not object',
    },
    { what: 'answers 5', handler: () => 5 as never, expected: 'not 5' },
    { what: 'answers null', handler: () => null as never, expected: 'not null' },
    { what: 'answers nothing of either', handler: () => ({}) as never, expected: 'target_pid' },
    {
      what: 'answers a relay and a status',
      handler: () => ({ status: 401, target: echo }) as never,
      expected: 'answer with a target, or with a status to refuse, not with both',
    },
    {
      what: 'is a behaviour',
      handler: (() => NEVER) as never,
      expected: 'give a handler, (request) => ({ target }), not a behaviour',
    },
    {
      what: 'answers a behaviour',
      handler: async () => echo as never,
      expected: 'give a handler, (request) => ({ target }), not a behaviour',
    },
    {
      what: 'answers a status of 101',
      handler: () => ({ status: 101 }),
      expected: 'status is from 200 to 599, not 101',
    },
    {
      what: 'answers a body that is no text',
      handler: () => ({ status: 400, body: {} as never }),
      expected: 'body is a text or bytes',
    },
    {
      what: 'answers a header with a line break',
      handler: () => ({ status: 302, headers: { Location: '/\r\nSet-Cookie: a=1' } }),
      expected: 'Invalid character in header content ["Location"]',
    },
    {
      what: 'adds such a header to a relay',
      handler: () => ({ target: echo, headers: { 'X-A': '\n' } }),
      expected: 'Invalid character in header content ["X-A"]',
    },
    {
      what: 'answers metadata that is no JSON',
      handler: async () => ({ target: echo, metadata: { seen: new Set() } }),
      expected: 'metadata.seen: a Set cannot be sent as JSON',
    },
  ])('answers 500 and warns when the handler $what (H13)', async ({ handler, expected }) => {
    const { port, warnings, relay } = await door(handler);

    expect(await refusal(port, '/ws?token=secret')).toMatchObject({
      status: 500,
      body: 'Internal server error',
    });
    expect(warnings).toMatchObject([{ code: 'handler_failed' }]);
    expect(warnings[0]?.message).toMatch(/^\/ws: the upgrade handler failed: /);
    expect(warnings[0]?.message).toContain(expected);
    expect(relay.count).toBe(0);
  });

  it('survives a behaviour in the place of its handler, which pipes the request (H13)', async () => {
    const closed = deferred();
    const ends = jest.fn();
    const handler: UpgradeHandler = (request) => {
      request.on('close', closed.resolve);
      return echo(request as never, undefined as never) as never;
    };
    const { port, warnings, server } = await door(handler, { claim: '/ws' });
    server.prependListener('upgrade', (request) => request.on('end', ends));

    expect(await refusal(port, '/ws')).toMatchObject({ status: 500 });
    await within(closed.promise, "the request's close");
    expect(ends).toHaveBeenCalledTimes(1);
    expect(warnings.map(({ code }) => code)).toContain('handler_failed');
  });

  it.each<{ row: string; answer: UpgradeAnswer; expected: object }>([
    {
      row: '6e',
      answer: { target: echo, metadata: [] as never },
      expected: { status: 400, body: 'Invalid relay configuration' },
    },
    {
      row: '7b',
      answer: { target_pid: 'room' as never },
      expected: { status: 400, body: 'Invalid target PID' },
    },
    {
      row: '8a',
      answer: { target: echo, heartbeat_interval: 'soon' },
      expected: { status: 400, body: 'Invalid relay configuration' },
    },
    {
      row: '8c',
      answer: { target: echo, expires_at: new Date('soon') },
      expected: { status: 400, body: 'Invalid relay configuration' },
    },
    {
      row: '9',
      answer: { target_pid: '{main|0x99999}' as never },
      expected: { status: 404, body: 'Target process not found' },
    },
  ])('refuses what cannot be done (H2 row $row)', async ({ answer, expected }) => {
    const { port } = await door(() => answer);

    expect(await refusal(port, '/ws')).toMatchObject(expected);
  });

  it.each([
    { row: '2c', connect: { protocolVersion: 8 }, options: {}, status: 400 },
    { row: '3', connect: { origin: 'https://evil.example' }, options: {}, status: 403 },
    { row: '3b', connect: {}, options: { maxConnections: 1 }, status: 503 },
  ])('refuses before the handler runs (H2 row $row)', async ({ connect, options, status }) => {
    let ran = 0;
    const handler: UpgradeHandler = () => {
      ran++;
      return { target: echo };
    };
    const { port } = await door(handler, options);
    if (options.maxConnections) await open(port, '/ws');
    ran = 0;

    expect(await refusal(port, '/ws', connect)).toMatchObject({ status });
    expect(ran).toBe(0);
  });

  it('lets the own pages in, and names allowedOrigins where TLS ends at a proxy (H6)', async () => {
    const { port, warnings } = await door(toEcho);
    const own = await open(port, '/ws', { origin: `http://127.0.0.1:${port}` });

    expect(await own.ask('hi')).toBe('hi');
    const { status } = await refusal(port, '/ws', { origin: `https://127.0.0.1:${port}` });
    expect(status).toBe(403);
    expect(warnings).toMatchObject([{ code: 'origin_refused' }]);
    expect(warnings[0]?.message).toMatch(/set allowedOrigins to the origin of its pages$/);
  });

  it('refuses a client whose handler takes too long (H11)', async () => {
    const { port, warnings } = await door(() => new Promise(() => {}), { handshakeTimeout: 5 });

    expect(await refusal(port, '/ws')).toMatchObject({ status: 503 });
    expect(warnings).toMatchObject([
      { code: 'handshake_timeout', message: '/ws: Handler did not end the response' },
    ]);
  });

  it('tells the handler that its client has left, and spawns nobody for it (H2 row 11)', async () => {
    const left = deferred();
    const answer = deferred<UpgradeAnswer>();
    const asked = deferred();
    const { port, system } = await door((request) => {
      request.on('close', left.resolve);
      asked.resolve();
      return answer.promise;
    });
    const before = system.processes().length;
    const raw = new Raw(port).write(handshake('/ws'));
    await within(asked.promise, 'the handler');
    raw.socket.destroy();
    await within(left.promise, "the request's close");
    answer.resolve({ target: echo });
    await answer.promise;

    expect(system.processes()).toHaveLength(before);
  });

  it('refuses handshakes that wait, and new ones, when it shuts down (H2 row 1)', async () => {
    const asked = deferred();
    const { port, relay } = await door(() => {
      asked.resolve();
      return new Promise(() => {});
    });
    const waiting = refusal(port, '/ws');
    await within(asked.promise, 'the handler');
    await relay.shutdown();

    expect(await waiting).toMatchObject({ status: 503, body: 'Relay is shutting down' });
    expect(await refusal(port, '/ws')).toMatchObject({ status: 503 });
  });

  it('answers a client that has ended its half already, in full', async () => {
    const answer = deferred<UpgradeAnswer>();
    const asked = deferred();
    const { port } = await door(() => {
      asked.resolve();
      return answer.promise;
    });
    const body = 'x'.repeat(8 * 1024 * 1024);
    const raw = new Raw(port).write(handshake('/ws'));
    await within(asked.promise, 'the handler');
    answer.resolve({ status: 200, body });
    await raw.until(/^HTTP/);
    raw.socket.end();

    expect((await raw.end()).length).toBeGreaterThan(body.length);
  });

  it('refuses the handshake in whose handler it is shut down', async () => {
    const { port, relay } = await door(
      () => {
        relay.shutdown();
        return new Promise(() => {});
      },
      { handshakeTimeout: 0 },
    );

    expect(await refusal(port, '/ws')).toMatchObject({ status: 503 });
  });

  it('closes in order a connection whose opening shuts it down (H2 row 1, Q3)', async () => {
    const { port, relay } = await door(async () => ({ target: echo }));
    relay.connections$.subscribe(({ type }) => void (type === 'opened' && relay.shutdown()));
    const client = await open(port, '/ws');

    expect(await within(client.closed, 'the close')).toMatchObject({ code: 1001 });
  });

  it('sends no body to HEAD', async () => {
    const { port } = await door(toEcho);
    const text = handshake('/ws').replace('GET', 'HEAD');

    expect(await new Raw(port).write(text).end()).toMatch(/^HTTP\/1\.1 405 .*\r\n\r\n$/s);
  });

  it('ends the target with its connection (H1)', async () => {
    const ended = deferred();
    const target: Behavior = async (_inbox, self) => {
      await once(self.abortSignal, 'abort');
      ended.resolve();
    };
    const { port } = await door(() => ({ target }));
    (await open(port, '/ws')).socket.close();

    await within(ended.promise, 'the end of the target');
  });
});
