import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Started, start } from '../examples/start.js';
import { cleanUp, onCleanup, within } from '../express/support.js';
import { describeWith } from './need.js';

const PYTHON = '/usr/bin/python3';
const CLIENT = fileURLToPath(new URL('client.py', import.meta.url));

describeWith({
  command: PYTHON,
  args: ['-c', 'import websockets'],
  cure: 'apt-get install python3-websockets',
})('a client of python3-websockets', () => {
  let server: Started;
  beforeAll(async () => {
    server = await start('examples/start/server.ts');
  }, 30_000);
  afterAll(cleanUp);

  it('is understood, and understands', async () => {
    const client = spawn(PYTHON, [CLIENT, `ws://127.0.0.1:${server.port}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onCleanup(() => client.kill());
    const checks: [string, unknown][] = [];
    createInterface(client.stdout).on('line', (line) => {
      checks.push(JSON.parse(line));
      if (checks.at(-1)?.[0] === 'waiting') server.child.kill('SIGTERM');
    });
    const exit = new Promise((resolve) => client.on('close', resolve));

    expect(await within(exit, 'the end of the client', 40_000)).toBe(0);
    expect(checks).toEqual([
      ['text', 'grüß dich'],
      ['binary', [0, 1, 255]],
      ['fragments', 'fragmented'],
      ['big', true],
      ['pong', true],
      ['extensions', 0],
      ['own close', [4321, 'done']],
      ['here', ['ada']],
      ['joins', ['bob']],
      ['to ada', { event: 'said', data: { user: 'bob', text: 'hello from python' } }],
      ['to bob', { event: 'said', data: { user: 'bob', text: 'hello from python' } }],
      ['leaves', ['bob']],
      ['refused', 400],
      ['too big', 1009],
      ['waiting', true],
      ['shutdown', [1001, 'server shutting down']],
    ]);
  }, 60_000);
});
