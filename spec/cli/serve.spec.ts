import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { cleanUp, frame, handshake, open, Raw, within } from '../express/support.js';
import { BIN, build, clear, type Ended, run, served } from './program.js';

/** The user's, beside the package's. */
const FOLDER = join(dirname(BIN), '..', '..', 'user');

beforeAll(async () => {
  await build();
  mkdirSync(FOLDER);
});
afterEach(cleanUp);
afterAll(clear);

/** A user's module; its path. */
function module(name: string, text: string): string {
  const path = join(FOLDER, name);
  writeFileSync(path, text);
  return path;
}

const failed = (code: number, line: string): Ended => ({ code, out: '', err: `${line}\n` });

describe('serve', () => {
  it('listens on this machine, says where, and has the endpoints that it says (CL6)', async () => {
    const { out, port } = await served();

    expect(out).toBe(`listening on http://127.0.0.1:${port}
Endpoints   ws://127.0.0.1:${port}/ws             main
            ws://127.0.0.1:${port}/ws/:channel    one channel
`);
    const [main, channel] = [await open(port, '/ws'), await open(port, '/ws/chat:a')];
    expect(JSON.parse(String(await main.next()))).toMatchObject({ payload: 'WebSocket connected' });
    expect(JSON.parse(String(await channel.next()))).toMatchObject({
      payload: 'Connected to channel: chat:a',
    });
  });

  it.each([
    { HOST: '::1', url: 'http://[::1]' },
    { HOST: '0.0.0.0', url: 'http://localhost' },
  ])('listens on $HOST, and says $url (CL6)', async ({ HOST, url }) => {
    const { out, port } = await served([], { HOST });

    expect(out.split('\n')[0]).toBe(`listening on ${url}:${port}`);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'drains at %s: clients are told when to come back; then it ends with 0 (CL6)',
    async (signal) => {
      const { child, ended, port } = await served();
      const client = await open(port, '/ws');

      child.kill(signal);

      const { code, reason } = await within(client.closed, 'the close');
      expect({ code, reason }).toEqual({
        code: 1012,
        reason: expect.stringMatching(/^server restarting; retry=\d+$/),
      });
      expect(await ended).toMatchObject({ code: 0, err: '' });
    },
  );

  it('ends with 130 at a second signal (CL6)', async () => {
    const { child, ended, port } = await served();
    // It never answers the close frame, for which a drain waits 5 s.
    const deaf = new Raw(port).write(handshake('/ws'));
    await deaf.until(/WebSocket connected/);

    const again = setInterval(() => child.kill('SIGINT'), 50);
    const { code } = await ended;
    clearInterval(again);

    expect(code).toBe(130);
  });

  it('takes the two signals that npm makes of one Ctrl-C for one (CL6)', async () => {
    const { child, ended, port } = await served();
    const slow = new Raw(port).write(handshake('/ws'));
    await slow.until(/WebSocket connected/);

    // At the same time, as they come: half a second later it would be another one.
    child.kill('SIGINT');
    child.kill('SIGTERM');
    await slow.until(/server restarting/);
    slow.write(frame('goodbye')).socket.end();

    expect(await ended).toMatchObject({ code: 0 });
  });

  it('ends with 1 and a line where the port is in use (CL6)', async () => {
    const { port } = await served();
    // Of a module that would keep it.
    const path = module('timer.mjs', 'export default () => void setInterval(() => {}, 1_000);');
    const line = `port ${port} is in use: set PORT to another one, or to 0 for any that is free`;

    expect(await run(`serve --import ${path}`, { PORT: String(port) })).toEqual(failed(1, line));
  });

  it.each([
    { PORT: '70000', code: 2, line: 'PORT: "70000" is no number from 0 to 65535' },
    { PORT: 'http', code: 2, line: 'PORT: "http" is no number from 0 to 65535' },
    {
      ...{ PORT: '0', HOST: '203.0.113.1', code: 1 },
      line: 'listen EADDRNOTAVAIL: address not available 203.0.113.1',
    },
  ])('ends with a line where it cannot listen: $line', async ({ line, code, ...env }) => {
    expect(await run('serve', env as Record<string, string>)).toEqual(failed(code, line));
  });
});

describe('serve --import', () => {
  it('has a module set up what is served, and waits for it (CL6)', async () => {
    const path = module(
      'echo.mjs',
      `import { setTimeout as sleep } from 'node:timers/promises';
      export default async ({ system, handlers, middleware, manager, ...others }) => {
        await sleep(1);
        console.log(Object.keys({ system, handlers, middleware, manager, ...others }).join());
        manager.messages$.subscribe(({ connection, ...message }) => {
          manager.sendToConnection(connection.pid, message);
        });
        setInterval(() => {}, 1_000);
      };`,
    );
    const { child, ended, out, port } = await served(['--import', path]);
    expect(out).toMatch(/^system,handlers,middleware,manager\n/);
    const client = await open(port, '/ws');
    await client.next();

    const echo = await client.ask(JSON.stringify({ type: 'text', payload: 'hello' }));

    expect(JSON.parse(String(echo))).toMatchObject({ type: 'text', payload: 'hello' });
    // The module's timer does not keep it.
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
  });

  it.each([
    {
      what: 'is no function',
      text: 'export default 1;',
      line: / has no function for its default export$/,
    },
    {
      what: 'is not there',
      text: 'export const x = 1;',
      line: / has no function for its default export$/,
    },
    {
      what: 'throws',
      text: '\nexport default () => x.y;',
      line: / failed: ReferenceError: x is not defined, at file:\S+:2:\d+$/,
    },
    {
      what: 'asks for what is none',
      text: 'export default ({ manager }) => {\n  manager.channel(1);\n};',
      line: / failed: ProcessError: .*, at file:\S+wrong.mjs:2:\d+$/,
    },
    {
      what: 'rejects',
      text: 'export default async () => { throw undefined };',
      line: / failed: undefined$/,
    },
    {
      what: 'does not parse',
      text: '\n\nexport default ;',
      line: / failed: SyntaxError: .*; node \S+wrong.mjs shows where$/,
    },
    {
      what: 'lacks a package',
      text: `import 'no-such-package';`,
      line: / failed: Error \[ERR_MODULE_NOT_FOUND\]: Cannot find package 'no-such-package' imported from \S+$/,
    },
  ])('ends with 5 and a line where the default export $what (CL6)', async ({ text, line }) => {
    const path = module('wrong.mjs', text);

    const { code, out, err } = await run(`serve --import ${path}`, { PORT: '0' });

    expect({ code, out }).toEqual({ code: 5, out: '' });
    expect(err).toMatch(new RegExp(`^--import: "\\S*/wrong.mjs"${line.source}`, 'm'));
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  it('ends with 2 and a line where there is no such file (CL2)', async () => {
    const line = '--import: "nowhere.mjs" cannot be read (ENOENT)';

    expect(await run('serve --import nowhere.mjs')).toEqual(failed(2, line));
  });
});
