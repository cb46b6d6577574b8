// Debian's nats-server on a free port, with a temporary store.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Starts it, and ends it with this process. */
export async function natsServer(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'rx-process-bench-'));
  const args = ['-a', '127.0.0.1', '-p', '-1', '-js', '-sd', folder];
  const child = spawn('/usr/sbin/nats-server', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  process.on('exit', () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  let log = '';
  return new Promise((resolve, reject) => {
    child.once('error', () => reject(new Error('no nats-server: apt-get install nats-server')));
    child.stderr.on('data', (text) => {
      log += text;
      const port = /client connections on \S+:(\d+)/.exec(log)?.[1];
      if (port !== undefined && log.includes('Server is ready')) {
        resolve(`nats://127.0.0.1:${port}`);
      }
    });
  });
}
