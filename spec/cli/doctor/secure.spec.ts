import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { join } from 'node:path';
import { createServer as createTls } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { createWebSocketManager } from '../../../lib/channels/index.js';
import { acceptUpgrades, websocketRoutes } from '../../../lib/express/index.js';
import { createSystem } from '../../../lib/index.js';
import { serveChannels } from '../../channels/served.js';
import { certificate } from '../../express/certificate.js';
import { cleanUp, onCleanup } from '../../express/support.js';
import { build, clear, run } from '../program.js';
import { examined, linesOf } from './examined.js';

const FOLDER = join('.tmp', `doctor-tls-${process.pid}`);
const ROOT = join(FOLDER, 'root.pem');
const pair = certificate('localhost');

beforeAll(async () => {
  await build();
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(ROOT, pair.cert);
});
afterEach(cleanUp);
afterAll(clear);

/** A server that listens on a free port until the end of the test. */
async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onCleanup(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** What ends TLS before a server, and does not tell it. */
const terminator = (to: number): Promise<number> =>
  listen(
    createTls(pair, (socket) => {
      const behind = connect(to, '127.0.0.1');
      socket.on('error', () => behind.destroy()).pipe(behind);
      behind.on('error', () => socket.destroy()).pipe(socket);
    }),
  );

/** One that was over yesterday. */
function expired(): { key: Buffer; cert: Buffer } {
  const [key, request, cert] = ['key', 'request', 'cert'].map((name) => join(FOLDER, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(key, pair.key);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
  openssl('req', '-new', '-key', key, '-subj', '/CN=localhost', '-out', request);
  openssl('x509', '-req', '-in', request, '-signkey', key, '-days', '-1', '-out', cert);
  return { key: pair.key, cert: readFileSync(cert) };
}

const SIGNED_ITSELF = 'no browser trusts the certificate, which has signed itself';
const PUBLIC =
  'nginx: one of a public authority (certbot --nginx); for a trial NODE_EXTRA_CA_CERTS=cert.pem has this command trust it';

describe('doctor, of a certificate', () => {
  const tlsOf = async (served: { key: Buffer; cert: Buffer }) => {
    const port = await listen(createTls(served));
    return examined(`wss://localhost:${port}`);
  };

  it('says that it has signed itself, and goes no further than a browser (CL7)', async () => {
    const { lines, line, exitCode } = await tlsOf(pair);

    expect(linesOf(lines, 'tls')).toEqual([`FAIL tls ${SIGNED_ITSELF}`, PUBLIC]);
    expect(line).toMatch(/^1 of 2 checks failed; not looked at: clock, upgrade, /);
    expect(exitCode).toBe(1);
  });

  it('says that it has expired, and when (CL7)', async () => {
    const served = expired();
    const date = new Date(new X509Certificate(served.cert).validTo).toISOString().slice(0, 10);

    expect(linesOf((await tlsOf(served)).lines, 'tls')).toEqual([
      `FAIL tls the certificate has expired on ${date}`,
      'nginx: certbot renew && nginx -s reload; with Node itself server.setSecureContext({ cert, key })',
    ]);
  });

  it('says whose it is instead (CL7)', async () => {
    const { lines } = await tlsOf(certificate('other.example'));

    expect(linesOf(lines, 'tls')).toEqual([
      `FAIL tls the certificate is that of other.example, not of localhost; ${SIGNED_ITSELF}`,
      'nginx: certbot --nginx -d localhost, or ask by a name that it has',
      PUBLIC,
    ]);
  });

  it('says that there is none, where HTTP answers', async () => {
    const { port } = await serveChannels();

    expect(linesOf((await examined(`wss://localhost:${port}`)).lines, 'tls')).toEqual([
      'FAIL tls what answers speaks no TLS (ERR_SSL_WRONG_VERSION_NUMBER)',
      `nginx: listen ${port} ssl; or ask by ws:// instead of wss://`,
    ]);
  });
});

describe('rx-process doctor, where the certificate is known', () => {
  const ask = (port: number) =>
    run(`doctor wss://localhost:${port}/ws --idle 50ms`, { NODE_EXTRA_CA_CERTS: ROOT });

  it('finds a right set-up all ok, and ends with 0 (CL7)', async () => {
    const system = createSystem({ logger: false });
    const routes = websocketRoutes(createWebSocketManager(system));
    const server = createHttps(pair, express().use(routes));
    acceptUpgrades(server);
    onCleanup(async () => {
      await routes.shutdown();
      await system.shutdown();
    });

    const { out, err, code } = await ask(await listen(server));

    const [, ...lines] = out.split('\n');
    expect(lines.filter((line) => !line.startsWith('ok  '))).toEqual([
      'opened 11 connections, one at a time, and closed all',
      '',
    ]);
    expect(lines[1]).toBe(
      'ok    tls           TLSv1.3, certificate of localhost by localhost, 1 day left',
    );
    expect({ err, code }).toEqual({ err: '', code: 0 });
  });

  it('says that the application does not know of TLS, on one line each, and ends with 1 (CL7, H6)', async () => {
    const { port } = await serveChannels();
    const secure = await terminator(port);

    const { out, err, code } = await ask(secure);

    expect(out).toContain(
      `
FAIL  proxy         the application takes itself for http://localhost:${secure}, and refuses its own page, https://localhost:${secure}
                    nginx: proxy_set_header X-Forwarded-Proto $scheme;
                    Express: app.set('trust proxy', 1);
`,
    );
    expect({ err, code }).toEqual({ err: '1 of 14 checks failed\n', code: 1 });
  });
});
