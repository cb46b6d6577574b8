import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onCleanup, within } from '../express/support.js';
import { freePort } from '../support/freePort.js';
import { read } from '../support/pages.js';
import type { Need } from './need.js';

const NGINX = '/usr/sbin/nginx';

export const NEED: Need = { command: NGINX, args: ['-v'], cure: 'apt-get install nginx-light' };

/** What `docs/deploying.md` shows: a location, several servers behind it, and one for server-sent events. */
const [LOCATION = '', SEVERAL = '', EVENTS = ''] = [
  ...read('docs/deploying.md').matchAll(/```nginx\n([\s\S]*?)```/g),
].map(([, text = '']) => text);
const [UPSTREAM = '', NEXT = ''] = SEVERAL.split(/(?<=^}\n)/m);

const config = (port: number, folder: string, location: string, upstream: string): string => `
daemon off;
pid ${folder}/nginx.pid;
error_log stderr notice;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  ${upstream}
  server {
    listen 127.0.0.1:${port};
    ${location}
  }
}
`;

/** nginx on a free port, before an application; `host` is what it passes on as Host, `more` is for its location. */
export const proxy = (app: number, host: string, more = ''): Promise<number> =>
  start(LOCATION.replace('3000', String(app)).replace('$http_host', host).replace('}', `${more}}`));

/** nginx with a location that is written by hand, as in many a manual. */
export const proxyBy = (location: string): Promise<number> => start(location);

/** nginx before server-sent events. */
export const eventsProxy = (app: number): Promise<number> =>
  start(EVENTS.replace('3000', String(app)));

/** nginx before two processes of an application. */
export const balancer = (one: number, other: number): Promise<number> =>
  start(
    LOCATION.replace('127.0.0.1:3000', 'app').replace('}', `${NEXT}}`),
    UPSTREAM.replace('3001', String(one)).replace('3002', String(other)),
  );

async function start(location: string, upstream = ''): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'rx-process-nginx-'));
  onCleanup(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, config(port, folder, location, upstream));
  const nginx = spawn(NGINX, ['-p', folder, '-c', file, '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(nginx, 'close');
  onCleanup(() => nginx.kill('SIGTERM') && ended);
  // Its sockets listen before it starts those who accept.
  let log = '';
  const ready = new Promise<void>((resolve, reject) => {
    nginx.stderr.on('data', (text) => {
      log += text;
      if (log.includes('start worker process')) resolve();
    });
    nginx.on('close', () => reject(new Error(log)));
  });
  await within(ready, 'nginx', 10_000);
  return port;
}
