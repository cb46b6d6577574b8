import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { format } from 'node:util';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { chromium } from 'playwright-core';
import { filter, firstValueFrom } from 'rxjs';
import { run } from '../lib/cli/run.js';
import { setRelay } from '../lib/express/index.js';
import { cleanUp, open, refusal, serve, within } from './express/support.js';
import { FLAGS, HEADLESS, NEEDS_CHROMIUM } from './interop/chromium.js';
import { describeWith } from './interop/need.js';
import { blocksOf, forJest, lineOf, read } from './support/pages.js';
import { served } from './support/served.js';

const root = process.cwd();
const folder = join(root, '.tmp', 'docs');

/** What holds code that is run: every TypeScript block, in a folder for each document. */
const CODE = [
  'README.md',
  'docs/processes.md',
  'docs/relay.md',
  'docs/channels.md',
  'docs/clients.md',
  'docs/presence-history.md',
  'docs/from-socketio.md',
  'docs/http.md',
  'docs/config.md',
  'docs/testing.md',
  'docs/deploying.md',
  'docs/observability.md',
  'docs/devtools.md',
];
/** What the package publishes for reading. */
const READ = [
  ...CODE,
  'examples/README.md',
  'docs/from-phoenix.md',
  'docs/protocol.md',
  'examples/python-client/README.md',
  'docs/troubleshooting.md',
  'docs/compatibility.md',
  'docs/limits.md',
  'docs/performance.md',
  'docs/rules.md',
  'docs/DECISIONS.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
];

const files = CODE.flatMap(blocksOf).filter(({ name }) => /\.(ts|yaml)$/.test(name));
const blocks = files.filter(({ name }) => name.endsWith('.ts'));
const specs = blocks.filter(({ name }) => name.endsWith('.spec.ts'));
/** What runs until it is stopped. */
const servers = blocks.filter(({ name }) => /\/\w*server\.ts$/i.test(name));
const programs = blocks.filter((block) => !specs.includes(block) && !servers.includes(block));

rmSync(folder, { recursive: true, force: true });
for (const { name, code } of files) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), name.endsWith('.spec.ts') ? forJest(code) : code);
}
const config = { extends: '../../tsconfig.json', include: ['.'] };
writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
// Here and now, so that their tests are tests of this file: no further jest is needed.
for (const { name } of specs) await import(join(folder, name));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the compiler over all blocks; resolves with what it has to say. */
async function typeCheck(): Promise<string> {
  const tsc = spawn(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder]);
  let said = '';
  tsc.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(tsc, 'close');
  return `${said}exit ${code}`;
}

describe.each(CODE)('%s', (path) => {
  it('has no TypeScript block without a file name', () => {
    const own = blocks.filter(({ name }) => dirname(name) === basename(path, '.md'));

    expect(own).not.toEqual([]);
    expect(new Set(own.map(({ name }) => name)).size).toBe(own.length);
    expect(read(path).match(/```ts/g)).toHaveLength(own.length);
  });
});

it('README.md has at most 150 lines', () => {
  expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});

describe('code in documents', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('is of the right types', async () => {
    expect(await typeCheck()).toBe('exit 0');
  }, 60_000);

  it.each(programs)('prints what it says in $name', async ({ name, prints }) => {
    const printed: string[] = [];
    jest.spyOn(console, 'log').mockImplementation((...values) => {
      printed.push(...format(...values).split('\n'));
    });
    // Crashes are reported there, as they are to be.
    jest.spyOn(console, 'error').mockImplementation(() => {});

    await import(join(folder, name));
    const deadline = Date.now() + 3_000;
    while (printed.length < prints.length && Date.now() < deadline) {
      await new Promise(setImmediate);
    }

    expect(printed.join('\n').trimEnd()).toBe(prints.join('\n'));
  });
});

describe('servers in documents', () => {
  afterEach(cleanUp);

  it('are these', () => {
    expect(servers.map(({ name }) => name)).toEqual([
      'README/server.ts',
      'channels/server.ts',
      'clients/server.ts',
      'from-socketio/server.ts',
      'http/server.ts',
      'http/fastifyServer.ts',
      'config/server.ts',
      'deploying/server.ts',
      'deploying/clusterServer.ts',
      'observability/adminServer.ts',
      'observability/metricsServer.ts',
      'devtools/server.ts',
    ]);
  });

  it("says in README.md's that the port is taken", async () => {
    const [line, path] = [lineOf('README.md', 'npx tsx '), join(folder, 'README')];
    const { url } = await served(line, path);

    const second = served(`PORT=${new URL(url).port} ${line}`, path);

    await expect(second).rejects.toThrow('EADDRINUSE');
  }, 60_000);

  it("shows its metrics in observability.md's", async () => {
    const server = await served(
      'exec node --import tsx metricsServer.ts',
      join(folder, 'observability'),
    );
    await (await open(Number(new URL(server.url).port), '/ws/echo')).ask('hello');

    const metrics = await (await fetch(new URL('/metrics', server.url))).text();

    expect(metrics).toMatch(/^rx_process_messages_sent_total 1$/m);
    await server.stop();
  }, 60_000);

  it("shows itself in devtools.md's", async () => {
    const server = await served('exec node --import tsx server.ts', join(folder, 'devtools'));
    const client = await open(Number(new URL(server.url).port), '/devtools/live');

    expect(String(await client.next())).toMatch(/^{"hello":/);
    expect((await fetch(server.url)).status).toBe(200);
    await server.stop();
  }, 60_000);

  it('answers websocket:stats with the rows that observability.md shows', async () => {
    const { url } = await served(
      'RX_PROCESS_ADMIN_TOKEN=0123456789abcdef exec node --import tsx adminServer.ts',
      join(folder, 'observability'),
    );
    await open(Number(new URL(url).port), '/ws');
    const env = { RX_PROCESS_ADMIN_URL: `${url}/_rx`, RX_PROCESS_ADMIN_TOKEN: '0123456789abcdef' };

    const { value } = await run(['websocket:stats'], { env, isTerminal: false }).next();

    const [, shown = ''] =
      /```text\n(Connections .*?)```/s.exec(read('docs/observability.md')) ?? [];
    const labels = [...shown.matchAll(/^\w+/gm)].map(String);
    const rows = (value as { rows: string[][] }).rows.map(([label]) => label);
    // Nothing has been dropped or closed yet, and nobody is present.
    const later = ['Presence', 'Dropped', 'Closed'];
    expect(rows).toEqual(labels.filter((label) => !later.includes(label)));
  }, 60_000);

  it.each(['server.ts', 'clusterServer.ts'])(
    "welcomes, and ends in order, in deploying.md's %s",
    async (name) => {
      const server = await served(`exec node --import tsx ${name}`, join(folder, 'deploying'));
      const client = await open(Number(new URL(server.url).port), '/ws/greeter');
      expect(await client.next()).toBe('welcome');

      const code = await server.stop();

      expect(await client.closed).toEqual({
        code: 1012,
        reason: expect.stringMatching(/^server restarting; retry=\d+$/),
      });
      expect(code).toBe(0);
    },
    60_000,
  );
});

describe('servers without Express in documents', () => {
  afterEach(cleanUp);

  it("answer a handshake as http.md's says", async () => {
    const { url } = await served('exec node --import tsx server.ts', join(folder, 'http'));
    const port = Number(new URL(url).port);

    expect(await (await fetch(url)).text()).toBe('hello');
    expect(await refusal(port, '/elsewhere')).toMatchObject({ status: 404 });
    expect(await refusal(port, '/ws/echo')).toMatchObject({ status: 401, body: 'who are you?' });
    expect(await (await open(port, '/ws/echo?token=secret')).ask('hi')).toBe('hi');
  }, 60_000);

  it("are Fastify's, and end in order", async () => {
    const line = 'exec node --import tsx fastifyServer.ts';
    const server = await served(line, join(folder, 'http'));
    expect(await (await fetch(server.url)).json()).toEqual({ hello: 'world' });
    const client = await open(Number(new URL(server.url).port), '/ws');
    expect(await client.ask('hi')).toBe('hi');

    const code = await server.stop();

    expect(await client.closed).toMatchObject({ code: 1001 });
    expect(code).toBe(0);
  }, 60_000);
});

describe("config.md's server", () => {
  afterEach(cleanUp);

  it('is put together by its file (CF1)', async () => {
    const { url } = await served('exec node --import tsx server.ts', join(folder, 'config'));

    const client = await open(Number(new URL(url).port), '/ws/rooms/lobby');

    expect(await client.next()).toBe('welcome to lobby');
  }, 60_000);
});

describe("relay.md's lobby", () => {
  afterEach(cleanUp);

  it('keeps its clients when one of them makes the room crash', async () => {
    const { lobby } = await import(join(folder, 'relay/lobby.ts'));
    const { port, system } = await serve({
      routes: (app, { system }) => app.use('/ws', lobby(system)),
    });
    const ada = await open(port, '/ws/lobby');
    const bob = await open(port, '/ws/lobby');
    const say = (text: string) => bob.socket.send(JSON.stringify({ text }));
    say('hello');
    expect([await ada.next(), await bob.next()]).toEqual(['hello', 'hello']);

    const back = firstValueFrom(system.events$.pipe(filter(({ type }) => type === 'spawned')));
    ada.socket.send('no JSON');
    await within(back, 'the new room');
    say('again');

    expect([await ada.next(), await bob.next()]).toEqual(['again', 'again']);
  });
});

describe("relay.md's download", () => {
  afterEach(cleanUp);

  it('brings a file whole, in order, and says when it is over (W10)', async () => {
    const { download } = await import(join(folder, 'relay/download.ts'));
    const file = Buffer.alloc(300_000, 'some text ');
    const path = join(folder, 'file');
    writeFileSync(path, file);
    const { port } = await serve({
      routes: (app) => {
        app.get('/ws', (_req, res) => void setRelay(res, { target: download(path) }).end());
      },
    });
    const client = await open(port, '/ws');
    const chunks: Buffer[] = [];
    for (let next = await client.next(); ; next = await client.next()) {
      if (typeof next === 'string') {
        expect(next).toBe('{"type":"end"}');
        break;
      }
      chunks.push(next);
    }

    expect(chunks.length).toBeGreaterThan(4);
    expect(Buffer.concat(chunks).equals(file)).toBe(true);
  });
});

describeWith(NEEDS_CHROMIUM)("README.md's first answer", () => {
  afterEach(cleanUp);

  it('comes by its line to run, its line for the console, and its page, as pasted', async () => {
    const { url } = await served(lineOf('README.md', 'npx tsx '), join(folder, 'README'));
    const browser = await chromium.launch({ executablePath: HEADLESS, args: FLAGS });
    try {
      const page = await browser.newPage();
      await page.goto(url);
      const logged = () =>
        page.waitForEvent('console', {
          predicate: (each) => each.type() === 'log',
          timeout: 10_000,
        });
      const [first] = await Promise.all([
        logged(),
        page.evaluate(lineOf('README.md', 'socket = ')),
      ]);
      const [second] = await Promise.all([logged(), page.evaluate("socket.send('again')")]);

      expect([first.text(), second.text()]).toEqual(['hello', 'again']);

      const [, html = ''] = /```html\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
      mkdirSync(join(folder, 'README', 'public'));
      writeFileSync(join(folder, 'README', 'public', 'chat.html'), html);
      const other = await browser.newPage();
      const subscribed = other
        .waitForEvent('websocket')
        .then((socket) =>
          socket.waitForEvent('framereceived', ({ payload }) => payload.includes('Subscribed')),
        );
      await Promise.all([page, other].map((each) => each.goto(`${url}/chat.html`)));
      await subscribed;
      other.on('dialog', (dialog) => dialog.accept('good day'));
      await other.mouse.click(10, 10);
      await page.getByText('good day').waitFor({ timeout: 10_000 });
    } finally {
      await browser.close();
    }
  }, 60_000);
});

/** The anchors of a document: those it sets, and those of its headings. */
function anchorsOf(text: string): Set<string> {
  const set = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set([...set, ...headings]);
}

describe('links', () => {
  const packed: readonly string[] = [...JSON.parse(read('package.json')).files, 'README.md'];
  const isPacked = (path: string) => packed.some((each) => `${path}/`.startsWith(`${each}/`));

  it.each(READ)('lead somewhere from %s', (path) => {
    const links = [...read(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const dead = links
      .filter((link) => !/^https?:/.test(link))
      .filter((link) => {
        const [file = '', anchor] = link.split('#');
        const to = file === '' ? path : join(dirname(path), file);
        if (!existsSync(to) || !isPacked(to)) return true;
        return anchor !== undefined && !anchorsOf(read(to)).has(anchor);
      });

    expect(dead).toEqual([]);
  });
});
