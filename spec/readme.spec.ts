import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';

const root = process.cwd();
const folder = join(root, '.tmp', 'readme');

/** The README's TypeScript blocks, by the file name that their first line gives. */
const blocks = [
  ...readFileSync('README.md', 'utf8').matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g),
].map(([, name = '', code = '']) => ({ name, code }));

/** Runs Node in the folder's project; resolves with its exit code and all it printed. */
function node(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<[number | null, string]> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env } });
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
    });
    child.stderr.on('data', (chunk) => {
      printed += chunk;
    });
    child.on('close', (code) => resolve([code, printed]));
  });
}

describe('README.md', () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const { name, code } of blocks) writeFileSync(join(folder, name), code);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has no TypeScript block that this spec does not know', () => {
    expect(blocks.map(({ name }) => name)).toEqual([
      'echo.ts',
      'echo.spec.ts',
      'server.ts',
      'loop.ts',
    ]);
    expect(readFileSync('README.md', 'utf8').match(/```ts/g)).toHaveLength(blocks.length);
  });

  it('has a marble test that passes', async () => {
    const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];

    const [code, printed] = await node([
      ...jest,
      '--roots',
      folder,
      '--cacheDirectory',
      join(folder, 'cache'),
    ]);

    expect(printed).toContain('answers every message until the client leaves');
    expect(code).toBe(0);
  }, 60_000);

  it('has a server that echoes', async () => {
    const server = spawn(process.execPath, ['--import', 'tsx', join(folder, 'server.ts')], {
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = await once(server.stdout, 'data');
      const [, port] = /port: (\d+)/.exec(String(line)) ?? [];
      const client = new WebSocket(`ws://127.0.0.1:${port}/ws/echo?user=ada`);
      await once(client, 'open');
      client.send('hello');
      const [data] = await once(client, 'message');

      expect(String(data)).toBe('hello');
    } finally {
      server.kill();
    }
  }, 60_000);

  it('has a loop that adds', async () => {
    const [code, printed] = await node(['--import', 'tsx', join(folder, 'loop.ts')]);

    expect(printed.trim().split('\n')).toEqual(['20', '42', 'adder ended: normal']);
    expect(code).toBe(0);
  }, 60_000);
});
