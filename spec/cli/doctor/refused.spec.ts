import { describe, expect, it } from '@jest/globals';
import { refused } from '../../../lib/cli/doctor/refused.js';
import type { Site } from '../../../lib/cli/doctor/site.js';
import { refusals } from '../../../lib/upgrade/index.js';

const SITE: Site = {
  url: new URL('ws://app.example.com:8080/ws'),
  page: 'http://app.example.com:8080',
  isOwn: true,
  headers: {},
  protocols: [],
  timeout: 5_000,
  idle: 65_000,
};
const HTML = { 'content-type': 'text/html' };
const NGINX = { ...HTML, server: 'nginx' };

const said = (status: number, body: string, headers = {}): string => {
  const { text, cure } = refused({ status, headers, body, at: 0 }, SITE);
  return [text, ...cure.split('\n')].join(' → ');
};

const SILENT =
  'Express: middleware before the route calls neither next() nor end(); the log names the route (handshake_timeout)';
const LIMITS =
  'Express: maxConnections, maxPerKey or upgradesPerSecond; the log has which (connections_full, key_full, too_many_upgrades)';
const UPGRADE =
  'nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";';

describe('refused', () => {
  it.each([
    {
      status: 429,
      body: 'Too many connections',
      headers: { 'retry-after': '10' },
      says: `429 Too Many Requests: "Too many connections", for 10 s → ${LIMITS}`,
    },
    {
      status: 503,
      body: 'Connection limit reached',
      says: `503 Service Unavailable: "Connection limit reached" → ${LIMITS}`,
    },
    {
      status: 503,
      body: 'Handler did not end the response',
      says: `503 Service Unavailable: "Handler did not end the response" → ${SILENT}`,
    },
    {
      status: 504,
      body: '<html>',
      headers: NGINX,
      says: `504 Gateway Timeout: nginx waits for the application in vain → ${SILENT}`,
    },
    {
      status: 404,
      body: 'Target process not found',
      says: '404 Not Found: "Target process not found" → Express: it has to be there before clients connect; the log has its crash',
    },
    {
      status: 403,
      body: 'Not authorized for channel: secret',
      says: '403 Forbidden: "Not authorized for channel: secret" → --header-file: a file with what a browser would send, such as Cookie: session=…; or what stands before, a firewall for the web say',
    },
    {
      status: 403,
      body: 'Origin not allowed',
      says: `403 Forbidden: "Origin not allowed" to ${SITE.page}, and to whoever is no browser → nginx: proxy_set_header Host $http_host; → nginx: proxy_set_header X-Forwarded-Proto $scheme; → Express: app.set('trust proxy', 1); → Express: websocketRoutes(manager, { allowedOrigins: '${SITE.page}' })`,
    },
    {
      status: 400,
      body: 'Invalid channel',
      says: '400 Bad Request: "Invalid channel" → Express: the log has the reason; a name of a channel is encodeURIComponent(name)',
    },
    {
      status: 400,
      body: '<html>',
      headers: HTML,
      says: `400 Bad Request: it does not say why → ${UPGRADE}`,
    },
    {
      status: 500,
      body: '<html>Error: secret',
      headers: HTML,
      says: '500 Internal Server Error: it does not say why → Express: the log has the error',
    },
    {
      status: 308,
      body: '',
      headers: { location: '/ws/' },
      says: "308 Permanent Redirect: it leads to /ws/, where no browser follows with a WebSocket → page: new WebSocket('ws://app.example.com:8080/ws/')",
    },
    {
      status: 0,
      body: 'ECONNRESET',
      says: 'the connection was cut off without an answer → Express: acceptUpgrades(server); another library may end what it does not know (Socket.IO: destroyUpgrade: false)',
    },
    {
      status: 0,
      body: 'Server sent no subprotocol',
      says: 'none of the offered subprotocols is chosen → nginx: proxy_set_header Sec-WebSocket-Protocol $http_sec_websocket_protocol;',
    },
    {
      status: 0,
      body: 'Invalid Sec-WebSocket-Accept header',
      says: `what answers is no WebSocket server ("Invalid Sec-WebSocket-Accept header") → ${UPGRADE}`,
    },
  ])('says of $status $body what it means (CL10)', ({ status, body, headers, says }) => {
    expect(said(status, body, headers)).toBe(says);
  });

  it('has another word than that the log knows for every refusal but a failure (H2)', () => {
    const all = Object.values(refusals).flatMap((each) => ('text' in each ? [each] : []));
    const unknown = all.filter(({ status, text }) => said(status, text).endsWith('has the error'));

    expect(unknown.map(({ status }) => status)).toEqual([405, 500, 431]);
  });

  it('lets an answer neither write over the terminal nor fill it', () => {
    const text = said(503, `\x1b[2J${'x'.repeat(1_000)}\nsecond line`);

    expect(text).toMatch(/^503 Service Unavailable: "\\u\{1b\}\[2Jx{110,}…" → /);
    expect(text).not.toContain('second');
  });
});
