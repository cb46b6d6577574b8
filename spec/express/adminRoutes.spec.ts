import { once } from 'node:events';
import { createServer, type OutgoingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import cors from 'cors';
import express, { type Express } from 'express';
import {
  type AdminOptions,
  type AdminSource,
  acceptUpgrades,
  adminRoutes,
} from '../../lib/express/index.js';
import { ProcessError } from '../../lib/index.js';
import { INFO, STATS } from '../support/admin.js';
import { type Answer, cleanUp, handshake, onCleanup, Raw, within } from './support.js';

const TOKEN = 'a token of 16 bytes or more'.replaceAll(' ', '-');
const RIGHT = { Authorization: `Bearer ${TOKEN}` };
const WRONG = { Authorization: 'Bearer not-the-right-token' };
const manager: AdminSource = { info: () => INFO, stats: () => STATS };

afterEach(async () => {
  jest.restoreAllMocks();
  await cleanUp();
});

interface Asking {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
}

/** A server with the routes; what asks it. */
async function mounted(
  options: Partial<AdminOptions> = {},
  { before = () => {}, at = '127.0.0.1', source = manager }: Mounting = {},
) {
  const app = express();
  app.set('env', 'test'); // Express logs no errors there
  before(app);
  app.use(adminRoutes(source, { token: TOKEN, ...options }));
  app.use((_request, response) => void response.status(404).send('not of the admin'));
  const server = createServer(app).listen(0, at);
  acceptUpgrades(server);
  await once(server, 'listening');
  onCleanup(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const ask = async ({ path = '/_rx/stats', method = 'GET', headers = RIGHT }: Asking = {}) => {
    const asking = request({ port, host: '127.0.0.1', path, method, headers, agent: false }).end();
    const [response] = await within(once(asking, 'response'), `an answer of ${path}`);
    let body = '';
    for await (const chunk of response.setEncoding('utf8')) body += chunk;
    return { status: response.statusCode, headers: response.headers, body } as Answer;
  };
  return { ask, port };
}

interface Mounting {
  readonly before?: (app: Express) => unknown;
  readonly at?: string;
  readonly source?: AdminSource;
}

describe('adminRoutes', () => {
  it('gives the stats of one node, or says which there are (CL4, CN50)', async () => {
    const source: AdminSource = {
      info: () => INFO,
      stats: ({ node = 'all' } = {}) => {
        if (node === 'broken') throw new Error('no stats');
        if (node === 'c') throw new ProcessError('NotFound', 'no node "c"; there are a, b');
        return { ...STATS, nodes: [node] };
      },
    };
    const { ask } = await mounted({}, { source });
    const nodesOf = async (path: string) => JSON.parse((await ask({ path })).body).nodes;

    expect(await nodesOf('/_rx/stats?node=b')).toEqual(['b']);
    expect(await nodesOf('/_rx/stats')).toEqual(['all']);
    expect(await nodesOf('/_rx/stats?other=b')).toEqual(['all']);
    expect(await ask({ path: '/_rx/stats?node=c' })).toMatchObject({
      status: 400,
      body: 'no node "c"; there are a, b',
      headers: { 'cache-control': 'no-store' },
    });
    expect((await ask({ path: '/_rx/stats?node=broken' })).status).toBe(500);
    const headers = WRONG;
    expect((await ask({ path: '/_rx/stats?node=c', headers })).status).toBe(401);
  });

  it('gives info and stats to whoever has the token, and nothing to keep (CL4, CL5)', async () => {
    const { ask } = await mounted();

    const info = await ask({ path: '/_rx/info' });
    const stats = await ask({ path: '/_rx/stats' });

    expect(JSON.parse(info.body)).toEqual(INFO);
    expect(JSON.parse(stats.body)).toEqual(STATS);
    for (const { status, headers } of [info, stats]) {
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
      });
      expect(headers).not.toHaveProperty('etag');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it('tells 1,000 channels at most (CL4)', async () => {
    const channels = Array.from({ length: 1_001 }, (_, i) => ({
      pattern: `room:${i}`,
      private: false,
      process: false,
      presence: false,
      history: null,
    }));
    const source = { ...manager, info: () => ({ ...INFO, channels }) };
    const { ask } = await mounted({}, { source });

    const { body } = await ask({ path: '/_rx/info' });

    expect(JSON.parse(body).channels).toEqual(channels.slice(0, 1_000));
  });

  it('stands below another path, and below where it is mounted', async () => {
    const { ask } = await mounted(
      { path: '/ops/rx' },
      { before: (app) => app.use('/inside', adminRoutes(manager, { token: TOKEN })) },
    );

    expect(await ask({ path: '/ops/rx/info' })).toMatchObject({ status: 200 });
    expect(await ask({ path: '/inside/_rx/info' })).toMatchObject({ status: 200 });
    expect(await ask({ path: '/_rx/info' })).toMatchObject({ body: 'not of the admin' });
  });

  it.each<Asking>([
    { path: '/_rx' },
    { path: '/_rx/' },
    { path: '/_rx/info/' },
    { path: '/_rx//info' },
    { path: '/_rx/INFO' },
    { path: '/_rx/%69nfo' },
    { path: '/_rx/./info' },
    { path: '/_rx/x/../info' },
    { path: '/_rx/info%00' },
    { path: '/_rx/constructor' },
    { path: '/_rx/info', method: 'HEAD' },
    { path: '/_rx/info', method: 'POST' },
    { path: '/_rx/info', method: 'OPTIONS' },
    { path: '/_rx/info', method: 'DELETE' },
  ])('answers 404 to $method $path, with the right token (CL5)', async (asking) => {
    const { ask } = await mounted();

    const { status, headers } = await ask(asking);

    expect({ status, cache: headers['cache-control'] }).toEqual({ status: 404, cache: 'no-store' });
  });

  it.each(['/_rxinfo', '/_RX/info', '//_rx/info'])('leaves %s to the application', async (path) => {
    const { ask } = await mounted();

    expect(await ask({ path })).toMatchObject({ status: 404, body: 'not of the admin' });
  });

  it.each<OutgoingHttpHeaders>([
    { Authorization: 'Bearer not-the-right-token' },
    { Authorization: `Bearer ${TOKEN}x` },
    { Authorization: `Bearer ${TOKEN.slice(0, -1)}` },
    { Authorization: `Bearer ${TOKEN} x` },
    { Authorization: 'Bearer' },
    { Authorization: '' },
    { Authorization: TOKEN },
    { Authorization: `Basic ${Buffer.from(`:${TOKEN}`).toString('base64')}` },
    { Authorization: [`Bearer ${TOKEN}`, 'Bearer not-the-right-token'] },
    { Cookie: `token=${TOKEN}` },
  ])('answers 401 to %p (CL5)', async (headers) => {
    const { ask } = await mounted();

    const answer = await ask({ headers, path: `/_rx/info?token=${TOKEN}` });

    expect(answer).toMatchObject({
      status: 401,
      body: 'Unauthorized',
      headers: { 'www-authenticate': 'Bearer', 'cache-control': 'no-store' },
    });
  });

  it('takes the scheme in any case, as HTTP does', async () => {
    const { ask } = await mounted();

    expect(await ask({ headers: { Authorization: `bearer  ${TOKEN}` } })).toMatchObject({
      status: 200,
    });
  });

  it('answers 429 after ten wrong tokens, to the right one as well, until a minute is over (CL5)', async () => {
    let now = 5_000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    const { ask } = await mounted();
    const statusOf = async (headers?: OutgoingHttpHeaders) =>
      (await ask(headers && { headers })).status;
    for (let i = 0; i < 10; i++) expect(await statusOf(WRONG)).toBe(401);
    now += 20_500;

    const answer = await ask();

    expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '40' } });
    expect(await statusOf(WRONG)).toBe(429);
    now += 39_500;
    expect(await statusOf()).toBe(200);
    // The tenth was forgotten with the first: they came together.
    expect(await statusOf(WRONG)).toBe(401);
  });

  it('counts neither requests without a token nor refused ones as guesses', async () => {
    const { ask } = await mounted();
    for (let i = 0; i < 12; i++) {
      expect((await ask({ headers: {} })).status).toBe(401);
      expect((await ask({ headers: { ...WRONG, Origin: 'http://a.example' } })).status).toBe(404);
    }

    expect((await ask()).status).toBe(200);
  });
});

describe('adminRoutes by default', () => {
  it.each<OutgoingHttpHeaders>([
    { Origin: 'http://127.0.0.1' },
    { Origin: 'null' },
    { Origin: '' },
    { 'X-Forwarded-For': '127.0.0.1' },
    { 'x-forwarded-host': 'localhost' },
    { 'X-Forwarded-Proto': 'http' },
    { 'X-Real-IP': '127.0.0.1' },
    { Forwarded: 'for=127.0.0.1' },
    { Via: '1.1 proxy' },
    { Via: '' },
    { Host: 'evil.example' },
    { Host: '127.0.0.1.evil.example' },
    { Host: 'localhost.evil.example:80' },
    { Host: '127.0.0.1@evil.example' },
    { Host: '10.0.0.1' },
    { Host: '0.0.0.0' },
    { Host: '127.1' },
    { Host: '[::]' },
    { Host: '::1' },
    { Host: 'localhost.' },
    { Host: 'localhost:' },
    { Host: 'localhost:80:80' },
    { Host: 'localhost/' },
  ])('answers 404 to %p, with the right token (CL5)', async (headers) => {
    const { ask } = await mounted({}, { before: (app) => app.set('trust proxy', true) });

    const { status } = await ask({ headers: { ...RIGHT, ...headers } });

    expect(status).toBe(404);
  });

  it.each(['localhost', 'LOCALHOST:3000', '127.0.0.1', '127.8.9.1:80', '[::1]', '[::1]:3000'])(
    'is asked as %s (CL5)',
    async (Host) => {
      const { ask } = await mounted();

      expect((await ask({ headers: { ...RIGHT, Host } })).status).toBe(200);
    },
  );

  it('takes an option that is given as undefined for one that is not given', async () => {
    const options = { path: undefined, allowRemote: undefined } as object;
    const { ask } = await mounted(options);

    expect((await ask()).status).toBe(200);
    expect((await ask({ headers: { ...RIGHT, Via: '1.1 p' } })).status).toBe(404);
  });

  it('takes an IPv4 address within IPv6 for what it is (CL5)', async () => {
    const { ask } = await mounted({}, { at: '::' });

    expect((await ask()).status).toBe(200);
  });

  it.each([
    {
      what: 'two hosts',
      lines: ['Host: localhost', 'Host: evil.example'],
      status: /^HTTP\/1.1 40/,
    },
    { what: 'an origin', lines: ['Host: localhost', 'oRiGiN: x'], status: /^HTTP\/1.1 404/ },
    { what: 'no host', lines: [], status: /^HTTP\/1.1 40/ },
    { what: 'an empty host', lines: ['Host:'], status: /^HTTP\/1.1 404/ },
    { what: 'one host', lines: ['hOsT: localhost'], status: /^HTTP\/1.1 200/ },
  ])('sees $what in raw headers', async ({ lines, status }) => {
    const { port } = await mounted();
    const all = ['GET /_rx/info HTTP/1.1', ...lines, `Authorization: Bearer ${TOKEN}`, '', ''];

    expect(await new Raw(port).write(all.join('\r\n')).until(/\r\n\r\n/)).toMatch(status);
  });

  it('answers an upgrade as any other request', async () => {
    const { port } = await mounted();

    const answer = await new Raw(port).write(handshake('/_rx/info', RIGHT)).until(/\r\n\r\n/);

    expect(answer).toMatch(/^HTTP\/1.1 200/);
  });

  it('refuses a page of another origin before a CORS middleware matters (CL5)', async () => {
    const { ask } = await mounted({}, { before: (app) => app.use(cors()) });

    expect((await ask({ headers: { ...RIGHT, Origin: 'http://evil.example' } })).status).toBe(404);
  });
});

describe('adminRoutes with allowRemote', () => {
  const remote = { ...RIGHT, Host: 'app.example.com', 'X-Forwarded-For': '10.0.0.1', Via: '1.1 p' };

  it('asks for the token only, and still refuses pages (CL5)', async () => {
    const { ask } = await mounted({ allowRemote: true });

    expect((await ask({ headers: remote })).status).toBe(200);
    expect((await ask({ headers: { ...remote, ...WRONG } })).status).toBe(401);
    expect((await ask({ headers: { ...remote, Origin: 'http://a.example' } })).status).toBe(404);
  });
});

describe('adminRoutes given wrong options', () => {
  const invalid = (make: () => unknown): string => {
    try {
      make();
    } catch (error) {
      if (error instanceof ProcessError && error.code === 'Invalid') return error.message;
    }
    return 'nothing was wrong';
  };

  it.each<{ options: object; text: string }>([
    { options: { token: 'fifteen-bytes-x' }, text: 'token: give at least 16 bytes' },
    { options: { token: '' }, text: 'token: give at least 16 bytes' },
    { options: {}, text: 'token: give at least 16 bytes' },
    { options: { token: 'with spaces in between' }, text: 'visible ASCII' },
    { options: { token: 'ä'.repeat(16) }, text: 'visible ASCII' },
    { options: { token: TOKEN, path: '' }, text: 'path: "" is no path' },
    { options: { token: TOKEN, path: '_rx' }, text: 'path: "_rx" is no path' },
    { options: { token: TOKEN, path: '/:x' }, text: 'path: "/:x" is no path' },
    { options: { token: TOKEN, path: '/' }, text: 'path: "/" is no path' },
    { options: { token: TOKEN, allowRemote: 'no' }, text: 'allowRemote: give true or false' },
    { options: { token: TOKEN, alowRemote: true }, text: "did you mean 'allowRemote'?" },
  ])('is Invalid: $text (CL5)', ({ options, text }) => {
    const message = invalid(() => adminRoutes(manager, options as AdminOptions));

    expect(message).toMatch(/^adminRoutes: /);
    expect(message).toContain(text);
    expect(message).not.toContain('fifteen');
  });

  it('is Invalid without a manager', () => {
    expect(invalid(() => adminRoutes({} as AdminSource, { token: TOKEN }))).toBe(
      'adminRoutes: give a channel manager first',
    );
  });
});
