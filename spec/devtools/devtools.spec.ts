import { afterEach, describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
import { filter, firstValueFrom, ignoreElements } from 'rxjs';
import { createWebSocketManager } from '../../lib/channels/index.js';
import { type DevtoolsOptions, devtools } from '../../lib/devtools/index.js';
import { setRelay, websocketRoutes } from '../../lib/express/index.js';
import type { Behavior } from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { type Client, cleanUp, echo, open, refusal, serve, within } from '../express/support.js';
import { settled } from '../support/runtime.js';

afterEach(cleanUp);

const idle: Behavior = (inbox) => inbox.pipe(ignoreElements());

/** An application with the devtools below `/devtools`, a relay that echoes at `/ws`, and channels at `/chat`. */
async function stage(options: DevtoolsOptions = {}) {
  const running = await serve({
    routes: (app, { system }) => {
      app.get('/ws', (_request, response) => void setRelay(response, { target: echo }).end());
      app.use('/devtools', devtools(system, options));
      app.use('/more-devtools', devtools(system));
      const manager = createWebSocketManager(system);
      app.use(websocketRoutes(manager, { path: '/chat', connect: () => ({ identity: 'ann' }) }));
    },
  });
  const { port, system, warnings } = running;
  const page = async (at = '/devtools'): Promise<Page> => {
    const client = await open(port, `${at}/live`);
    const hello = JSON.parse(String(await client.next()));
    return { client, hello: hello.hello, ask: (ask) => asked(client, ask) };
  };
  const get = (path: string, headers = {}) => fetch(`http://127.0.0.1:${port}${path}`, { headers });
  return { port, system, warnings, page, get };
}

interface Page {
  readonly client: Client;
  readonly hello: object;
  // biome-ignore lint/suspicious/noExplicitAny: each answer has fields of its own
  ask(ask: object): Promise<any>;
}

/** The first answer to an ask. */
async function asked(client: Client, ask: object) {
  const id = Math.floor(Math.random() * 1e9);
  client.socket.send(JSON.stringify({ id, ...ask }));
  for (;;) {
    const answer = JSON.parse(String(await client.next()));
    if (answer.id === id) return answer;
  }
}

const LIST = { sort: 'pid', descending: false, filter: '', from: 0, count: 10 };

describe('devtools', () => {
  it('greets a page by the relay, and answers what it asks (DV1, DV4)', async () => {
    const { page, system } = await stage();
    system.spawn(idle, { name: 'shop' });
    const { hello, ask } = await page();

    expect(hello).toMatchObject({ actions: false, payloads: false, node: '' });
    const { value } = await ask({ watch: 'processes', ...LIST, filter: 'shop' });
    expect(value.rows).toMatchObject([{ names: ['shop'], behavior: 'idle' }]);
  });

  it('shows the connections of the application with their bytes, and not its own, nor those of other devtools (DV9)', async () => {
    const { page, port } = await stage();
    await page('/more-devtools');
    const client = await open(port, '/ws');
    await client.ask('hello');
    const member = await open(port, '/chat/room:1');
    await member.next();
    const { ask } = await page();

    const { value } = await ask({ watch: 'connections', ...LIST });
    expect(value.rows).toMatchObject([
      { target: expect.any(String), channels: [], buffered: 0, received: expect.any(Number) },
      { who: 'ann', channels: ['room:1'] },
    ]);
    expect(value.rows[0].received).toBeGreaterThan(10);
    expect(value.rows[0].sent).toBeGreaterThan(100);
    expect(value.total).toBe(2);
  });

  it('shows channels, and who is in one (DV9)', async () => {
    const { page, port } = await stage();
    await (await open(port, '/chat/room:1')).next();
    const { ask } = await page();

    const list = await ask({ watch: 'channels', ...LIST, sort: 'name' });
    expect(list.value.rows).toEqual([
      { name: 'room:1', members: 1, presence: false, history: false },
    ]);
    const { value } = await ask({ watch: 'channel', name: 'room:1' });
    expect(value.connections).toMatchObject([{ who: 'ann' }]);
    const missing = await ask({ watch: 'channel', name: 'room:2' });
    expect(missing.error).toEqual({ code: 'NotFound', text: 'there is no channel room:2' });
  });

  describe('who may look', () => {
    it.each([
      { what: 'came through a proxy', headers: { 'X-Forwarded-For': '10.0.0.1' } },
      { what: 'asks for another host', headers: { Host: 'attacker.example' } },
    ])('is not who $what, and is told nothing (DV2)', async ({ headers }) => {
      const { get, port } = await stage();

      expect(await refusal(port, '/devtools/live', { headers })).toMatchObject({
        status: 404,
        body: 'Not found',
      });
      if (!('Host' in headers)) expect((await get('/devtools/', headers)).status).toBe(404);
    });

    it('is not a page of another site (DV2)', async () => {
      const { port } = await stage();

      const { status } = await refusal(port, '/devtools/live', { origin: 'https://evil.example' });
      expect(status).toBe(403);
    });

    it('is decided by the application’s middleware alone, where it is given (DV2)', async () => {
      const authorize: RequestHandler = (request, response, next) => {
        if (request.headers.authorization === 'Bearer right') next();
        else response.status(401).end('who are you?');
      };
      const { port, get } = await stage({ authorize });
      const right = { Authorization: 'Bearer right', 'X-Forwarded-For': '10.0.0.1' };

      expect((await refusal(port, '/devtools/live')).status).toBe(401);
      expect((await get('/devtools/')).status).toBe(401);
      expect((await get('/devtools/devtools.js')).status).toBe(401);
      const client = await open(port, '/devtools/live', { headers: right });
      expect(String(await client.next())).toContain('hello');
    });

    it('are `maxWatchers` pages at once, the next gets 503 (DV2)', async () => {
      const { port } = await stage({ maxWatchers: 1 });
      await open(port, '/devtools/live');

      expect((await refusal(port, '/devtools/live')).status).toBe(503);
    });
  });

  describe('actions', () => {
    it('are refused by default, and nothing happens (DV13)', async () => {
      const { page, system, warnings } = await stage();
      const pid = system.spawn(idle);
      const { ask } = await page();

      const { error } = await ask({ act: 'terminate', pid });
      expect(error).toEqual({
        code: 'Unavailable',
        text: 'the devtools only look: devtools(system, { actions: true }) has them act',
      });
      expect(system.info(pid)).toBeDefined();
      expect(warnings).toEqual([]);
    });

    it('close, kick, terminate and send, and each is a warning with who wanted it (DV13)', async () => {
      const { page, system, port, warnings } = await stage({ actions: true });
      const client = await open(port, '/ws');
      const member = await open(port, '/chat/room:1');
      await member.next();
      const shop = system.spawn(idle, { name: 'shop' });
      const { ask } = await page();
      const { value } = await ask({ watch: 'connections', ...LIST });
      const [first, second] = value.rows.map(({ pid }: { pid: string }) => pid);

      const close = { act: 'close', pid: first, code: 4000, reason: 'bye' };
      expect(await ask(close)).toMatchObject({ value: true });
      expect(await client.closed).toEqual({ code: 4000, reason: 'bye' });
      expect(await ask({ act: 'kick', pid: second, channel: 'room:1' })).toMatchObject({
        value: true,
      });
      expect(await ask({ act: 'send', to: 'shop', topic: 'buy', payload: 1 })).toMatchObject({
        value: true,
      });
      expect(system.info(shop)?.handled).toBe(1);
      expect(await ask({ act: 'terminate', pid: shop })).toMatchObject({ value: true });
      expect(await ask({ act: 'terminate', pid: shop })).toMatchObject({
        error: { code: 'NotFound', text: `nobody is there: terminate ${shop}` },
      });

      expect(warnings.map(({ code, message }) => `${code} ${message}`)).toEqual([
        `devtools close ${first}, by 127.0.0.1`,
        `devtools kick ${second} from room:1, by 127.0.0.1`,
        'devtools send buy to shop, by 127.0.0.1',
        `devtools terminate ${shop}, by 127.0.0.1`,
        `devtools terminate ${shop}, by 127.0.0.1`,
      ]);
    });
  });

  it('a close of whoever is no connection, or by a code that no frame has, is refused (DV13)', async () => {
    const { page, system, port, warnings } = await stage({ actions: true });
    const client = await open(port, '/ws');
    const shop = system.spawn(idle, { name: 'shop' });
    const { ask } = await page();
    const [{ pid }] = (await ask({ watch: 'connections', ...LIST })).value.rows;

    expect((await ask({ act: 'close', pid: shop })).error.code).toBe('NotFound');
    for (const code of [0, 999, 1005, 1006, 1015, 5_000]) {
      expect((await ask({ act: 'close', pid, code })).error).toEqual({
        code: 'Invalid',
        text: `no close frame has the code ${code}: 1000, or 3000 to 4999`,
      });
    }
    expect(system.info(shop)?.handled).toBe(0);
    expect(warnings).toHaveLength(1);
    await client.ask('still there');
  });

  it('traces nothing and listens to nothing any more when nobody looks (DV5)', async () => {
    const { page, system } = await stage();
    const shop = system[kernelOf].processes.get(system.spawn(idle, { name: 'shop' }));
    const { client, ask } = await page();
    await ask({ watch: 'life', of: 'shop' });
    expect(shop?.tracer).toBeDefined();
    await ask({ watch: 'tree' });
    await ask({ watch: 'processes', ...LIST });
    const ended = firstValueFrom(system.events$.pipe(filter(({ type }) => type === 'exited')));
    client.socket.close();
    await within(ended, 'the end of the page');
    await settled(system);

    expect(shop?.tracer).toBeUndefined();
    expect(system.processes().map(({ behavior }) => behavior)).toEqual(['manager', 'idle']);
  });

  it.each([
    { options: { authorise: idle }, text: /unknown option 'authorise'.*authorize/ },
    { options: { authorize: true }, text: /authorize is middleware of Express/ },
    { options: { actions: 'yes' }, text: /actions: give true or false, not "yes"/ },
    { options: { payloads: 1 }, text: /payloads: give true or false, not 1/ },
    { options: { maxWatchers: -1 }, text: /maxWatchers/ },
  ])('refuses $options (DV1)', async ({ options, text }) => {
    const { system } = await stage();

    expect(() => devtools(system, options as never)).toThrow(text);
  });
});
