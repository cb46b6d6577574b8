import { afterEach, expect, it } from '@jest/globals';
import { type RelayOptions, setRelay } from '../../../lib/express/index.js';
import { serveChannels } from '../../channels/served.js';
import { cleanUp, echo, serve } from '../../express/support.js';
import { describeWith } from '../../interop/need.js';
import { NEED, proxy, proxyBy } from '../../interop/nginx.js';
import { freePort } from '../../support/freePort.js';
import { examined, linesOf } from './examined.js';

const UPGRADE =
  'nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";';

/** A relay whose pings are none of what keeps a path open. */
async function application(relay: RelayOptions = { pingInterval: 0 }): Promise<number> {
  const { port } = await serve({
    relay,
    routes: (app) => {
      app.get('/ws/echo', (_request, response) => setRelay(response, { target: echo }).end());
    },
  });
  return port;
}

const at = (port: number, path = '/ws/echo'): string => `ws://127.0.0.1:${port}${path}`;
const location = (app: number, lines = ''): string =>
  `location /ws { proxy_pass http://127.0.0.1:${app}; ${lines} }`;

describeWith(NEED)('doctor, through nginx', () => {
  afterEach(cleanUp);

  it('finds the one that docs/deploying.md shows all ok (CL7)', async () => {
    const { port: app } = await serveChannels();
    const port = await proxy(app, '$http_host');

    const { lines, exitCode } = await examined(at(port, '/ws'));

    expect(lines.slice(1, -1).filter((line) => !line.startsWith('ok '))).toEqual([]);
    expect(linesOf(lines, 'payload')).toEqual([
      'ok payload 1009 above 1,048,576 bytes, by the server itself',
    ]);
    expect(exitCode).toBe(0);
  });

  it.each([
    {
      what: 'no Upgrade header',
      lines: '',
      finding: [
        expect.stringMatching(
          /^FAIL upgrade 426 Upgrade Required: the handshake reaches the application as a plain request, behind nginx\/[\d.]+$/,
        ),
        UPGRADE,
        'Express: acceptUpgrades(server), if nginx has these lines',
      ],
    },
    {
      what: 'HTTP/1.0',
      lines: `proxy_http_version 1.0; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";`,
      finding: [
        'FAIL upgrade 400 Bad Request: the proxy asks the application by HTTP/1.0',
        'nginx: proxy_http_version 1.1;',
      ],
    },
  ])('says which lines it lacks that hands on $what (CL7)', async ({ lines, finding }) => {
    const port = await proxyBy(location(await application(), lines));

    expect(linesOf((await examined(at(port))).lines, 'upgrade')).toEqual(finding);
  });

  it('says that nobody is behind it', async () => {
    const port = await proxyBy(location(await freePort()));

    expect(linesOf((await examined(at(port))).lines, 'upgrade')).toEqual([
      expect.stringMatching(
        /^FAIL upgrade 502 Bad Gateway: nginx\/[\d.]+ does not reach the application$/,
      ),
      'nginx: proxy_pass http://127.0.0.1:3000; with the port of app.listen, and the application has to run',
    ]);
  });

  it('says that it has no such location', async () => {
    const port = await proxyBy('location / { return 404; }');

    expect(linesOf((await examined(at(port, '/socket'))).lines, 'upgrade')).toEqual([
      'FAIL upgrade 404 Not Found: there is nothing at /socket',
      'nginx: location /socket { proxy_pass http://127.0.0.1:3000; … }',
      'Express: app.use(websocketRoutes(manager)) is /ws and /ws/<channel>; another path has to be in the URL, and in a claim of acceptUpgrades',
    ]);
  });

  it('says that $host loses the port, and looks at all else (CL7, H6)', async () => {
    const port = await proxy(await application(), '$host');

    const { lines, line } = await examined(at(port));

    expect(linesOf(lines, 'proxy')).toEqual([
      `FAIL proxy the application takes itself for http://127.0.0.1, and refuses its own page, http://127.0.0.1:${port}`,
      'nginx: proxy_set_header Host $http_host;',
    ]);
    expect(line).toBe('1 of 14 checks failed');
  });

  it('says that without a Host of ours the application knows none of its pages (H6)', async () => {
    const lines = UPGRADE.replace('nginx: ', '');
    const port = await proxyBy(location(await application(), lines));

    expect(linesOf((await examined(at(port))).lines, 'proxy')).toEqual([
      `FAIL proxy the application takes its own page, http://127.0.0.1:${port}, for another site's: it knows neither Host nor scheme of it`,
      'nginx: proxy_set_header Host $http_host;',
      'nginx: proxy_set_header X-Forwarded-Proto $scheme;',
      "Express: app.set('trust proxy', 1);",
      `Express: websocketRoutes(manager, { allowedOrigins: 'http://127.0.0.1:${port}' }), where pages are elsewhere`,
    ]);
  });

  it('says that it hides who asks', async () => {
    const port = await proxy(await application(), '$http_host', 'proxy_set_header Origin "";');

    expect(linesOf((await examined(at(port))).lines, 'origin').at(-1)).toBe(
      'nginx: proxy_set_header Origin $http_origin; if another line there hides it',
    );
  });

  it('says that the dialect which is offered gets lost', async () => {
    const { port: app } = await serveChannels();
    const hidden = 'proxy_set_header Sec-WebSocket-Protocol "";';
    const port = await proxy(app, '$http_host', hidden);

    expect(linesOf((await examined(at(port, '/ws'))).lines, 'protocol')).toEqual([
      'FAIL protocol rx-process.v1 is offered to channels, and does not arrive',
      'nginx: proxy_set_header Sec-WebSocket-Protocol $http_sec_websocket_protocol;',
    ]);
  });

  it('says after which silence it cuts, and what to change there or here (CL7, Q1)', async () => {
    const port = await proxy(await application(), '$http_host', 'proxy_read_timeout 1s;');

    const { lines } = await examined(at(port), '--idle', '4s');

    expect(linesOf(lines, 'idle')).toEqual([
      expect.stringMatching(
        /^FAIL idle cut off \(1006\) after 1(\.\d)?s of silence, by a time-out on the way; no ping of the server came$/,
      ),
      'nginx: proxy_read_timeout 75s; or on a load balancer its idle time-out, above the pings of the server (30s)',
      expect.stringMatching(
        /^Express: websocketRelay\(system, { pingInterval: '[4-7]00ms' }\), where that cannot be changed$/,
      ),
    ]);
  });
});
