import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onCleanup, within } from '../express/support.js';
import { freePort } from '../support/freePort.js';
import { read } from '../support/pages.js';
import type { Need } from './need.js';

export const NEED: Need = { command: 'caddy', args: ['version'], cure: 'apt-get install caddy' };

/** What `docs/deploying.md` shows. */
const [, SITE = ''] = /```caddy\n([\s\S]*?)```/.exec(read('docs/deploying.md')) ?? [];

/** Caddy on a free port, without TLS, before two processes of an application. */
export async function caddy(one: number, other: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'rx-process-caddy-'));
  onCleanup(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const site = SITE.replace('app.example.com', `http://:${port}`)
    .replace('3001', String(one))
    .replace('3002', String(other));
  const file = join(folder, 'Caddyfile');
  writeFileSync(file, `{\n\tadmin off\n\tauto_https off\n}\n${site}`);
  const child = spawn('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], {
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'close');
  onCleanup(() => child.kill('SIGTERM') && ended);
  let log = '';
  const ready = new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (text) => {
      log += text;
      if (log.includes('serving initial configuration')) resolve();
    });
    child.on('close', () => reject(new Error(log)));
  });
  await within(ready, 'caddy', 10_000);
  return port;
}
