import { writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { cleanUp, onCleanup } from '../express/support.js';
import { INFO, STATS } from '../support/admin.js';
import { freePort } from '../support/freePort.js';
import { read } from '../support/pages.js';
import { BIN, build, clear, run, serve, TOKEN } from './program.js';

beforeAll(build);
afterEach(cleanUp);
afterAll(clear);

const { version } = JSON.parse(read('package.json'));

/** One line on stderr, nothing on stdout, and the code. */
const failed = (code: number, line: string) => ({ code, out: '', err: `${line}\n` });

describe('rx-process', () => {
  it('says its version, and what it can do (CL1)', async () => {
    expect(await run('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
    const { out, ...rest } = await run('--help');
    expect(rest).toEqual({ code: 0, err: '' });
    for (const word of ['websocket:info', 'websocket:stats', 'completion']) {
      expect(out).toContain(`\n  ${word}`);
    }
  });

  it('ends with 2 and a line for wrong usage (CL2)', async () => {
    const line = `unknown command "websocket:stat"; did you mean 'websocket:stats'?`;

    expect(await run('websocket:stat')).toEqual(failed(2, line));
  });
});

describe('websocket:info and websocket:stats', () => {
  it('say what a server tells (CL2)', async () => {
    const env = await serve();

    const info = await run('websocket:info', env);
    const stats = await run('websocket:stats', env);

    expect(info).toMatchObject({ code: 0, err: '' });
    expect(info.out).toMatch(
      new RegExp(`^rx-process 0.2.0 at ${env.at} · up 2h13m · pid 4711 · node v22.11.0\nEndpoints`),
    );
    expect(stats).toMatchObject({ code: 0, err: '' });
    expect(stats.out).toMatch(/^Connections {3}1,204 total .*\n(.+\n)*Process .*\n$/);
    // Nobody sees it: no colours.
    expect(info.out + stats.out).not.toContain('\x1b');
  });

  it('print JSON as it came, in a line (CL3)', async () => {
    const env = await serve((request, response) => {
      response.json({ ...(request.path.endsWith('info') ? INFO : STATS), later: 1 });
    });

    const [info, stats] = [
      await run('websocket:info --json', env),
      await run('websocket:stats --json', env),
    ];

    expect(info.out).toBe(`${JSON.stringify({ ...INFO, later: 1 })}\n`);
    expect(stats.out).toBe(`${JSON.stringify({ ...STATS, later: 1 })}\n`);
  });

  it('take the address and the token from where they are said (CL1)', async () => {
    const { at, ...env } = await serve();
    const file = join(dirname(BIN), 'token');
    writeFileSync(file, `${TOKEN}\n`);
    const wrong = 'http://127.0.0.1:1/_rx';

    const byOptions = await run(`websocket:stats --url ${at}/_rx/ --token-file ${file}`, {
      RX_PROCESS_ADMIN_URL: wrong,
      RX_PROCESS_ADMIN_TOKEN: 'wrong',
    });

    expect(byOptions).toMatchObject({ code: 0, err: '' });
    expect(await run('websocket:stats', env)).toEqual(byOptions);
  });

  it('ask below any path, and below none', async () => {
    const env = await serve((request, response) => {
      response.status(['/stats', '/a/b/stats'].includes(request.url) ? 200 : 404).json(STATS);
    });

    for (const url of [env.at, `${env.at}/`, `${env.at}/a/b`, `${env.at}/a/b//`]) {
      expect((await run(`websocket:stats --url ${url}`, env)).code).toBe(0);
    }
  });

  it('end with 4 where the token is refused (CL2)', async () => {
    const env = { ...(await serve()), RX_PROCESS_ADMIN_TOKEN: 'wrong' };
    const line = 'the server refused the token (401)';

    expect(await run('websocket:info', env)).toEqual(failed(4, line));
    expect(await run('websocket:stats', env)).toEqual(failed(4, line));
  });

  it('say after how many seconds a server that was told too many wrong ones may be asked', async () => {
    const env = await serve((_request, response) => {
      response.status(429).set('Retry-After', '42').end();
    });

    expect(await run('websocket:stats', env)).toEqual(
      failed(4, 'the server refused the token (429): too many wrong ones, wait 42 s'),
    );
  });

  it.each(['websocket:info --require-server', 'websocket:stats'])(
    'end with 3 where no server is: %s (CL2)',
    async (args) => {
      const url = `http://127.0.0.1:${await freePort()}/_rx`;
      const env = { RX_PROCESS_ADMIN_URL: url, RX_PROCESS_ADMIN_TOKEN: TOKEN };
      const line = `no server at ${url} (ECONNREFUSED): is it running, and are adminRoutes mounted?`;

      expect(await run(args, env)).toEqual(failed(3, line));
    },
  );

  it.each([
    { what: '404', answer: { status: 404, body: '' } },
    { what: 'what answers is none', answer: { status: 200, body: '<html>' } },
    { what: 'what answers is none', answer: { status: 200, body: 'null' } },
    { what: 'what answers is none', answer: { status: 200, body: '{"info":1}' } },
  ])('end with 3 where no adminRoutes are: $what, $answer.body', async ({ what, answer }) => {
    const env = await serve((_request, response) => {
      response.status(answer.status).end(answer.body);
    });
    const line = `no server at ${env.at}/_rx (${what}): is it running, and are adminRoutes mounted?`;

    expect(await run('websocket:info', env)).toEqual(failed(3, line));
  });

  it('wait for an answer only so long (CL1)', async () => {
    const env = await serve(() => {});
    const line = `no server at ${env.at}/_rx (timeout): is it running, and are adminRoutes mounted?`;

    expect(await run('websocket:info --timeout 50ms', env)).toEqual(failed(3, line));
  });

  it('say what happened to a connection that was cut off', async () => {
    const server = createServer((socket: Socket) => void socket.destroy());
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    onCleanup(() => server.close());
    const { port } = server.address() as { port: number };

    const url = `http://127.0.0.1:${port}/_rx`;
    const line = `no server at ${url} (ECONNRESET): is it running, and are adminRoutes mounted?`;

    expect(await run(`websocket:info --url ${url}`)).toEqual(failed(3, line));
  });

  it('end with 1 for a newer server, and for one that fails (CL2)', async () => {
    const newer = await serve((_request, response) => void response.json({ ...INFO, admin: 2 }));
    const broken = await serve((_request, response) => void response.status(500).end('stack'));
    const moved = await serve((_request, response) => response.redirect('http://127.0.0.1:1/'));

    expect(await run('websocket:info', newer)).toEqual(
      failed(1, 'admin API 2 is newer than this command: update rx-process'),
    );
    expect(await run('websocket:info', broken)).toEqual(failed(1, `${broken.at}/_rx answered 500`));
    expect(await run('websocket:info', moved)).toEqual(failed(1, `${moved.at}/_rx answered 302`));
  });

  it('end with 1 and a line for an answer that lacks something', async () => {
    const env = await serve((_request, response) => void response.json({ admin: 1 }));

    const { code, out, err } = await run('websocket:stats', env);

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^unexpected: .*\n$/);
  });
});

describe('websocket:info without a server', () => {
  it('needs none, and no token either (CL3)', async () => {
    const url = `http://127.0.0.1:${await freePort()}/_rx`;

    const text = await run(`websocket:info --url ${url}`);
    const json = await run(`websocket:info --url ${url} --json`);

    expect(text).toMatchObject({ code: 0, err: '' });
    expect(text.out).toMatch(
      new RegExp(`^rx-process ${version}\nEndpoints(.*\n)+Server {6}not running at ${url}\n$`),
    );
    expect(JSON.parse(json.out)).toMatchObject({
      info: { name: 'rx-process', version },
      server: `not running at ${url}`,
    });
  });
});

describe('no token', () => {
  const line = 'no token: set RX_PROCESS_ADMIN_TOKEN, or give --token-file';

  it('ends with 2, for info where a server answers (CL1)', async () => {
    const { RX_PROCESS_ADMIN_TOKEN, ...env } = await serve();

    expect(await run('websocket:stats', env)).toEqual(failed(2, line));
    expect(await run('websocket:info', env)).toEqual(failed(2, line));
    expect(await run('websocket:stats')).toEqual(failed(2, line));
  });
});
