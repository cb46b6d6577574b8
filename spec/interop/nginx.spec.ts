import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { type RelayOptions, setRelay } from '../../lib/express/index.js';
import {
  cleanUp,
  echo,
  onCleanup,
  open,
  type Running,
  refusal,
  serve,
  within,
} from '../express/support.js';
import { freePort } from '../support/freePort.js';
import { read } from '../support/pages.js';
import { describeWith } from './need.js';

const NGINX = '/usr/sbin/nginx';

/** The location block that `docs/deploying.md` shows. */
const [, LOCATION = ''] = /```nginx\n([\s\S]*?)```/.exec(read('docs/deploying.md')) ?? [];

/** That block, before an application on another port; `host` is what it passes on as Host. */
const config = (port: number, app: number, host: string, folder: string): string => `
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
  server {
    listen 127.0.0.1:${port};
    ${LOCATION.replace('3000', String(app)).replace('$http_host', host)}
  }
}
`;

/** nginx on a free port, before an application; `host` is what it passes on as Host. */
async function proxy(app: number, host: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'rx-process-nginx-'));
  onCleanup(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, config(port, app, host, folder));
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

const application = (relay: RelayOptions = {}): Promise<Running> =>
  serve({
    relay,
    routes: (app) => {
      app.get('/ws/echo', (_request, response) => setRelay(response, { target: echo }).end());
    },
  });

describeWith({ command: NGINX, args: ['-v'], cure: 'apt-get install nginx-light' })(
  'behind nginx',
  () => {
    afterEach(cleanUp);

    it('refuses its own pages while $host loses the port, and says what to do (H6)', async () => {
      const { port: app, warnings } = await application();
      const port = await proxy(app, '$host');
      const origin = `http://127.0.0.1:${port}`;

      const { status, body } = await refusal(port, '/ws/echo', { origin });

      expect([status, body]).toEqual([403, 'Origin not allowed']);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toMatchObject({ code: 'origin_refused' });
      expect(warnings[0]?.message).toMatch(`Origin ${origin} is not Host 127.0.0.1; `);
      expect(warnings[0]?.message).toMatch('allowedOrigins');
    });

    it('knows its own pages by $http_host (H6)', async () => {
      const { port: app, warnings } = await application();
      const port = await proxy(app, '$http_host');

      const client = await open(port, '/ws/echo', { origin: `http://127.0.0.1:${port}` });

      expect(await client.ask('hello')).toBe('hello');
      expect(warnings).toEqual([]);
      expect((await refusal(port, '/ws/echo', { origin: 'http://evil.example' })).status).toBe(403);
    });

    it('knows pages by allowedOrigins, whatever the Host (H6)', async () => {
      const { port: app } = await application({ allowedOrigins: 'https://app.example.com' });
      const port = await proxy(app, '$host');

      const client = await open(port, '/ws/echo', { origin: 'https://app.example.com' });

      expect(await client.ask('hello')).toBe('hello');
    });

    it('passes close frames both ways, and bytes as they are', async () => {
      const { port: app, relay } = await application();
      const client = await open(await proxy(app, '$http_host'), '/ws/echo');
      client.socket.send(Buffer.from([0, 255]));
      expect(await client.next()).toEqual(Buffer.from([0, 255]));

      await relay.shutdown();

      expect(await client.closed).toEqual({ code: 1001, reason: 'server shutting down' });
    });

    it('passes a refusal on as it is', async () => {
      const { port: app } = await application({ maxConnections: 1 });
      const port = await proxy(app, '$http_host');
      await open(port, '/ws/echo');

      expect(await refusal(port, '/ws/echo')).toMatchObject({ status: 503 });
    });
  },
);
