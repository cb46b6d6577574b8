import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { cleanUp, onCleanup, open, within } from '../express/support.js';
import { blocksOf } from '../support/pages.js';
import { BIN, build, clear, start } from './program.js';

/** The user's, beside the package's. */
const FOLDER = join(dirname(BIN), '..', '..', 'config');

const CONFIG = `version: "1.0"
namespace: app
entries:
  - { name: gateway, kind: http.service, addr: "127.0.0.1:0" }
  - { name: inner, kind: http.service, addr: "127.0.0.1:0" }
  - { name: ws, kind: http.router, meta: { server: gateway }, prefix: /ws, post_middleware: [websocket_relay] }
  - { name: api, kind: http.router, meta: { server: inner }, middleware: [stamp], options: { stamp.with: x } }
  - { name: e1, kind: http.endpoint, meta: { router: ws }, path: "/{name}", func: echo }
  - { name: e2, kind: http.endpoint, meta: { router: api }, path: /slow, func: slow }
`;

const MODULE = `
import { ofTopic, send } from 'rx-process';
import { ws } from 'rx-process/express';
import { map } from 'rxjs';

export default ({ system, handlers, middleware }) => {
  system.define('app:echo', (inbox) =>
    inbox.pipe(
      ofTopic(ws.message),
      map(({ payload: { client_pid, data } }) => send(client_pid, ws.send, { data })),
    ),
  );
  // Answers when the drain is under way.
  handlers.slow = (_request, response) => {
    console.log('asked');
    process.once('SIGTERM', () => setTimeout(() => response.send('done'), 50));
  };
  middleware.stamp = (options) => (_request, response, next) => {
    response.set('Stamp', options.with);
    next();
  };
};
`;

beforeAll(async () => {
  await build();
  mkdirSync(FOLDER);
  writeFileSync(join(FOLDER, 'module.mjs'), MODULE);
});
afterEach(cleanUp);
afterAll(clear);

/** Serves a file of this text. */
function serve(text: string, ...args: string[]) {
  writeFileSync(join(FOLDER, 'config.yaml'), text);
  return start(process.execPath, [BIN, 'serve', 'config.yaml', ...args], { PORT: '-' }, FOLDER);
}

describe('serve with a file', () => {
  it('listens with its services, has what it says, and answers what was asked before it ends (CL6, CF1)', async () => {
    const { child, until, ended } = serve(CONFIG, '--import', 'module.mjs');
    const out = await until(/GET slow\n/);
    const [gateway, inner] = [...out.matchAll(/^listening on http:\S+:(\d+)$/gm)].map(
      ([, port]) => port,
    );

    expect(out).toBe(`listening on http://127.0.0.1:${gateway}
Endpoints   ws://127.0.0.1:${gateway}/ws/:name    echo
listening on http://127.0.0.1:${inner}
Endpoints   http://127.0.0.1:${inner}/slow    GET slow
`);
    const client = await open(Number(gateway), '/ws/a');
    expect(await client.ask('hello')).toBe('hello');
    // Node would keep its connection for 5 s more.
    const agent = new Agent({ keepAlive: true });
    onCleanup(() => agent.destroy());
    const answer = once(get({ port: inner, path: '/slow', agent }), 'response');
    await until(/asked/);

    child.kill('SIGTERM');

    expect((await within(client.closed, 'the close')).code).toBe(1012);
    const [response] = (await answer) as [IncomingMessage];
    expect(await text(response)).toBe('done');
    expect(response.headers.stamp).toBe('x');
    const answeredAt = performance.now();
    expect(await ended).toMatchObject({ code: 0, err: '' });
    expect(performance.now() - answeredAt).toBeLessThan(4_900);
  });

  it('runs what config.md shows (CL6)', async () => {
    const blocks = new Map(blocksOf('docs/config.md').map(({ name, code }) => [name, code]));
    // Not at its port, where something else may be.
    const config = blocks.get('config/whole.yaml')?.replace(':3000', ':0');
    writeFileSync(join(FOLDER, 'setUp.mjs'), blocks.get('config/setUp.js') ?? '');
    const { until } = serve(config ?? '', '--import', 'setUp.mjs');
    const out = await until(/GET health\n/);
    const port = Number(/^listening on http:\S+:(\d+)$/m.exec(out)?.[1]);

    expect(await (await open(port, '/greet')).next()).toBe('welcome');
    expect(await (await fetch(`http://127.0.0.1:${port}/health`)).text()).toBe('well');
  });

  it('ends with 5 and a line for each thing that is wrong with the file (CL2, CF4)', async () => {
    const { code, out, err } = await serve(CONFIG).ended;

    expect({ code, out }).toEqual({ code: 5, out: '' });
    expect(err.trimEnd().split('\n')).toEqual([
      'config.yaml:7:75 entries[3].middleware[0]: no middleware "stamp"',
      'config.yaml:8:77 entries[4].func: no handler "echo": give it in { handlers } or system.define it',
      'config.yaml:9:74 entries[5].func: no handler "slow": give it in { handlers } or system.define it',
    ]);
  });

  it.each([
    { what: 'no YAML', text: '{', line: /^config.yaml:1:\d+: .+$/ },
    {
      what: 'nothing to listen',
      text: '[]',
      line: /^config.yaml: no http.service, so that nobody would listen$/,
    },
  ])('ends with 5 and a line for $what (CL2)', async ({ text, line }) => {
    const { code, out, err } = await serve(text).ended;

    expect({ code, out }).toEqual({ code: 5, out: '' });
    expect(err.trimEnd()).toMatch(line);
  });

  it('ends with 2 where the file is not there, with 1 where a port is in use (CL6)', async () => {
    const first = serve(CONFIG, '--import', 'module.mjs');
    const [, port] = /^listening on http:\S+:(\d+)$/m.exec(
      await first.until(/GET slow\n/),
    ) as string[];

    const missing = start(process.execPath, [BIN, 'serve', 'no.yaml'], {}, FOLDER);
    const second = serve(
      CONFIG.replaceAll(/inner, (.*):0/g, `inner, $1:${port}`),
      '--import',
      'module.mjs',
    );

    expect(await missing.ended).toEqual({
      code: 2,
      out: '',
      err: 'serve: "no.yaml" cannot be read (ENOENT)\n',
    });
    expect(await second.ended).toEqual({
      code: 1,
      out: '',
      err: `port ${port} is in use: change the addr of app:inner\n`,
    });
  });
});

describe('serve without a file', () => {
  it('ends with 5 for handlers, which are for one (CL6)', async () => {
    const { ended } = start(process.execPath, [BIN, 'serve', '--import', 'module.mjs'], {}, FOLDER);

    const err = '--import: handlers are for a file: rx-process serve <file>\n';
    expect(await ended).toEqual({ code: 5, out: '', err });
  });
});
