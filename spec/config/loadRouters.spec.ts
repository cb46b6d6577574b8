import { afterEach, describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
import { setRelay } from '../../lib/express/index.js';
import { createSystem, ProcessError } from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { cleanUp, echo, greet, open, refusal } from '../express/support.js';
import { load, PRINTED, refused, withEndpoint } from './support.js';

afterEach(cleanUp);

const relay: RequestHandler = (_request, response) => {
  setRelay(response, { target: echo }).end();
};
const get = async (port: number, path: string, init?: RequestInit) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
  return { status: response.status, body: await response.text() };
};

/** A middleware that leaves its mark, with its options. */
const mark =
  (name: string) =>
  (options: object): RequestHandler =>
  (_request, response, next) => {
    response.append('X-Order', `${name} ${JSON.stringify(options)}`);
    next();
  };

describe('loadRouters', () => {
  it('mounts the router of the pages as printed, with a handler (CF1)', async () => {
    const { port, routers } = await load(withEndpoint('/echo', 'echo'), {
      handlers: { echo: relay },
    });

    expect(await (await open(port, '/ws/echo')).ask('hi')).toBe('hi');
    expect(Object.keys(routers)).toEqual(['ws_router']);
    expect(await get(port, '/echo')).toMatchObject({ status: 404 });
  });

  it('returns routers that take further endpoints, and lets requests on to the application (CF1, CF3)', async () => {
    const { port, routers, app } = await load(PRINTED);
    routers.ws_router?.get('/own', relay);
    app.get('/ws/app', relay);

    expect(await (await open(port, '/ws/own')).ask('hi')).toBe('hi');
    expect(await (await open(port, '/ws/app')).ask('hi')).toBe('hi');
    for (const path of ['/ws/own', '/ws/app']) {
      const { status } = await refusal(port, path, { origin: 'https://evil.example' });
      expect([path, status]).toEqual([path, 403]);
    }
  });

  it('lets in the origins that are named, and refuses others before anything runs (CF2, CF3)', async () => {
    const ran: string[] = [];
    const handler: RequestHandler = (request, response, next) => {
      ran.push(request.path);
      relay(request, response, next);
    };
    const { port } = await load(withEndpoint('/echo', 'echo'), { handlers: { echo: handler } });

    await open(port, '/ws/echo', { origin: 'https://app.example.com' });
    const { status, body } = await refusal(port, '/ws/echo', { origin: 'https://evil.example' });

    expect([status, body, ran.length]).toEqual([403, 'Origin not allowed', 1]);
  });

  it('answers a client with a new process of a defined behaviour, the newest one, and tells it the parameters (CF1)', async () => {
    const { port, system } = await load(withEndpoint('/rooms/{room}', 'chat:room'), {
      define: (system) => system.define('chat:room', greet),
    });
    const first = await open(port, '/ws/rooms/lobby');

    expect(await first.next()).toBe('{"room":"lobby"}');
    expect(await first.ask('hi')).toBe('hi');
    system.define('chat:room', echo);
    expect(await (await open(port, '/ws/rooms/lobby')).ask('hi')).toBe('hi');
    expect(await get(port, '/ws/rooms/lobby')).toEqual({ status: 426, body: 'Upgrade required' });
  });

  it('relays for a handler that only sets the header and goes on (CF3, H11)', async () => {
    const { port } = await load(withEndpoint('/echo', 'echo'), {
      handlers: {
        echo: (_request, response, next) => {
          setRelay(response, { target: echo });
          next();
        },
      },
    });

    expect(await (await open(port, '/ws/echo')).ask('hi')).toBe('hi');
  });

  it('runs middleware, post middleware and the endpoint in this order, each with its options (CF1, CF3)', async () => {
    const text = `
- name: api
  kind: http.router
  meta: { server: gateway }
  middleware: [a, a.b]
  options: { a.x: 1, a.b.x.y: [2], a.z: { deep: true } }
  post_middleware: [c, websocket_relay, d]
  post_options: { c.x: null }
- { name: get, kind: http.endpoint, meta: { router: api }, path: /x, func: say }
- { name: post, kind: http.endpoint, meta: { router: api }, path: /x, method: POST, func: say }
`;
    const say: RequestHandler = (request, response) => {
      response.send(`${request.method} ${response.get('X-Order')}`);
    };
    const names = ['a', 'a.b', 'c', 'd'];
    const { port } = await load(text, {
      handlers: { say },
      middleware: Object.fromEntries(names.map((name) => [name, mark(name)])),
    });
    const order = 'a {"x":1,"z":{"deep":true}},a.b {"x.y":[2]},c {"x":null},d {}';

    expect(await get(port, '/x')).toEqual({ status: 200, body: `GET ${order}` });
    expect(await get(port, '/x', { method: 'POST' })).toEqual({
      status: 200,
      body: `POST ${order}`,
    });
    const refusedBy = await refusal(port, '/x', { origin: 'https://evil.example' });
    expect([refusedBy.status, refusedBy.headers['x-order']]).toEqual([
      403,
      'a {"x":1,"z":{"deep":true}}, a.b {"x.y":[2]}',
    ]);
    const missed = await fetch(`http://127.0.0.1:${port}/y`);
    expect(missed.headers.get('X-Order')).toBe('a {"x":1,"z":{"deep":true}}, a.b {"x.y":[2]}');
  });

  it.each([
    { path: '/users/{id}', asked: '/ws/users/7', params: { id: '7' } },
    { path: '/users/{id}/', asked: '/ws/users/7', params: { id: '7' } },
    { path: '/files/{rest...}', asked: '/ws/files/a/b', params: { rest: ['a', 'b'] } },
    { path: '/{a}/{b_2}', asked: '/ws/x/y', params: { a: 'x', b_2: 'y' } },
    { path: '/', asked: '/ws', params: {} },
  ])('routes $asked to $path (CF1)', async ({ path, asked, params }) => {
    const { port } = await load(withEndpoint(`"${path}"`, 'show'), {
      handlers: { show: (request, response) => void response.json({ ...request.params }) },
    });

    expect(JSON.parse((await get(port, asked)).body)).toEqual(params);
  });

  it('gives each router its relay, with the limits that it was given (CF2)', async () => {
    const text = withEndpoint('/echo', 'echo').replace(
      'post_options:',
      'post_options:\n    wsrelay.max.payload: 1KiB\n    wsrelay.max.connections: 1',
    );
    const { port, routers } = await load(text, { handlers: { echo: relay } });
    const client = await open(port, '/ws/echo');

    expect(routers.ws_router?.relay?.count).toBe(1);
    expect(await refusal(port, '/ws/echo')).toMatchObject({ status: 503 });
    client.socket.send('x'.repeat(1_025));
    expect(await client.closed).toMatchObject({ code: 1009 });
    const plain = PRINTED.replace(/ {2}post[\s\S]*/, '');
    expect((await load(plain)).routers.ws_router?.relay).toBeUndefined();
  });

  it('reads a document with a namespace, in which references may leave it out (CF1)', async () => {
    const text = `
version: "1.0"
namespace: app
entries:
  - { name: r, kind: http.router, meta: { server: gateway }, post_middleware: [websocket_relay] }
  - { name: a, kind: http.endpoint, meta: { router: r }, path: /a, func: echo }
  - { name: b, kind: http.endpoint, meta: { router: app:r }, path: /b, func: app:echo }
  - { name: f, kind: function.lua, source: file://f.lua }
`;
    const { port, routers } = await load(text, {
      handlers: { 'app:echo': relay },
      ignore: ['function.*'],
    });

    expect(Object.keys(routers)).toEqual(['app:r']);
    expect(await (await open(port, '/a')).ask('a')).toBe('a');
    expect(await (await open(port, '/b')).ask('b')).toBe('b');
  });

  it('takes one entry for a document (CF1)', async () => {
    const { routers } = await load(PRINTED.replace(/^- /, '  '));

    expect(Object.keys(routers)).toEqual(['ws_router']);
  });

  it('mounts nothing when a middleware cannot be made, and tells of all that cannot (CF4)', async () => {
    const text = `
- { name: a, kind: http.router, meta: { server: gateway }, middleware: [fine, broken] }
- { name: b, kind: http.router, meta: { server: gateway }, post_middleware: [empty, websocket_relay] }
`;
    const boom = new Error('boom');
    const system = createSystem({ logger: false });
    const hosts = system[kernelOf].hosts.all().map(({ id }) => id);
    const error = refused(text, {
      system,
      middleware: {
        fine: mark('fine'),
        broken: () => {
          throw boom;
        },
        empty: () => undefined as never,
      },
    });

    expect(error.message.split('\n')).toEqual([
      'yaml:2:79 entries[0].middleware[1]: middleware "broken" failed: Error: boom',
      'yaml:3:78 entries[1].post_middleware[0]: middleware "empty" is no function',
    ]);
    expect(error.cause).toBe(boom);
    // No relay was made either, which would have a host of its own.
    expect(system[kernelOf].hosts.all().map(({ id }) => id)).toEqual(hosts);
  });

  it.each([
    { what: 'no text', text: undefined, options: {}, says: 'give the text of a configuration' },
    { what: 'no system', text: '[]', options: { system: null }, says: 'give a system' },
    {
      what: 'no servers',
      text: '[]',
      options: { servers: { a: {} } },
      says: 'servers.a: give an Express',
    },
    {
      what: 'a handler that is none',
      text: '[]',
      options: { handlers: { a: 1 } },
      says: 'handlers.a: give a function',
    },
    {
      what: 'a middleware that is none',
      text: '[]',
      options: { middleware: { a: {} } },
      says: 'middleware.a: give a function',
    },
    {
      what: 'a relay of its own',
      text: '[]',
      options: { middleware: { websocket_relay: relay } },
      says: 'middleware.websocket_relay: it is built in',
    },
    { what: 'a file that is none', text: '[]', options: { file: 1 }, says: 'file: give a text' },
    {
      what: 'ignore that is no list',
      text: '[]',
      options: { ignore: 'a' },
      says: 'ignore: give a list',
    },
    {
      what: 'an unknown option',
      text: '[]',
      options: { server: {} },
      says: "unknown option 'server'; did you mean 'servers'?",
    },
  ])('refuses $what as Invalid, naming it', ({ text, options, says }) => {
    const call = () => refused(text as never, options as never);

    expect(call).toThrow(ProcessError);
    expect(call).toThrow(`loadRouters: ${says}`);
  });
});
