import { formatDuration } from '../../core/index.js';
import { cures } from './cures.js';
import { TIMEOUT } from './reach.js';
import { type Site, shownUrl } from './site.js';

/**
 * Whatever comes in place of a 101; the first that fits. The texts are those of this library's own refusals (H2), and
 * what proxies say.
 */
export const answers: readonly Row[] = [
  {
    status: [0],
    text: new RegExp(`^${TIMEOUT}`),
    why: (_, { timeout }) => `no answer within ${formatDuration(timeout)}`,
    cure: cures.silent,
  },
  {
    status: [0],
    text: /^(ECONNRESET|EPIPE|socket hang up)/,
    why: 'the connection was cut off without an answer',
    cure: 'Express: acceptUpgrades(server); another library may end what it does not know (Socket.IO: destroyUpgrade: false)',
  },
  {
    status: [0],
    text: /^Server sent (no|an invalid) subprotocol/,
    why: 'none of the offered subprotocols is chosen',
    cure: cures.protocol,
  },
  {
    status: [0],
    why: ({ text }) => `what answers is no WebSocket server (${text})`,
    cure: cures.upgrade,
  },
  {
    status: [426],
    isProxied: true,
    why: ({ proxy }) => `the handshake reaches the application as a plain request, behind ${proxy}`,
    cure: `${cures.upgrade}\nExpress: acceptUpgrades(server), if nginx has these lines`,
  },
  {
    status: [426],
    why: 'the server does not hand handshakes to Express, or a proxy takes their Upgrade header away',
    cure: `Express: acceptUpgrades(app.listen(port))\n${cures.upgrade}`,
  },
  {
    status: [400],
    text: /^HTTP\/1\.1 required/,
    why: 'the proxy asks the application by HTTP/1.0',
    cure: 'nginx: proxy_http_version 1.1;',
  },
  {
    status: [400],
    text: /^(Unsupported subprotocol|Invalid token)/,
    cure: '--header-file: a line Sec-WebSocket-Protocol: rx-process.bearer.<the token in base64url>',
  },
  {
    status: [400],
    text: /^Invalid (channel|relay|target)/,
    cure: 'Express: the log has the reason; a name of a channel is encodeURIComponent(name)',
  },
  { status: [400], cure: cures.upgrade },
  { status: [401, 407], why: 'it wants to know who asks', cure: cures.who },
  {
    status: [403],
    text: /^Origin /,
    why: ({ text }, { page }) => `${text} to ${page}, and to whoever is no browser`,
    cure: (_, { page, isOwn }) =>
      [...(isOwn ? [cures.host, cures.scheme, cures.trust] : []), cures.allowed(page)].join('\n'),
  },
  {
    status: [403],
    cure: `${cures.who}; or what stands before, a firewall for the web say`,
  },
  {
    status: [404],
    text: /^(Target process|Unknown channel)/,
    cure: 'Express: it has to be there before clients connect; the log has its crash',
  },
  {
    status: [404],
    isProxied: true,
    why: place,
    cure: (_, { url }) =>
      `nginx: location ${url.pathname} { proxy_pass http://127.0.0.1:3000; … }\n${cures.routes}`,
  },
  { status: [404], why: place, cure: cures.routes },
  {
    status: [301, 302, 303, 307, 308],
    why: ({ location }) => `it leads to ${location}, where no browser follows with a WebSocket`,
    cure: ({ location }, { url }) => `page: new WebSocket('${target(location, url)}')`,
  },
  {
    status: [200, 201, 202, 203, 204],
    why: ({ isText, text }) => `${isText ? text : 'a page'} in place of a WebSocket`,
    cure: (_, { url }) =>
      `Express: app.use(websocketRoutes(manager)) before express.static and what answers any path\nnginx: location ${url.pathname} { proxy_pass http://127.0.0.1:3000; … } beside the one with try_files`,
  },
  {
    status: [502],
    why: ({ proxy = 'the proxy' }) => `${proxy} does not reach the application`,
    cure: 'nginx: proxy_pass http://127.0.0.1:3000; with the port of app.listen, and the application has to run',
  },
  {
    status: [504],
    why: ({ proxy = 'the proxy' }) => `${proxy} waits for the application in vain`,
    cure: cures.silent,
  },
  {
    status: [503],
    text: /^Relay is shutting down/,
    why: (said) => `the server drains, to restart or to end${comeBack(said)}`,
    cure: 'nginx: proxy_next_upstream error timeout http_503; where there are several processes; else ask again',
  },
  { status: [503], text: /^Handler did not/, cure: cures.silent },
  {
    status: [429, 503],
    why: (said) => `${said.text}${comeBack(said)}`,
    cure: 'Express: maxConnections, maxPerKey or upgradesPerSecond; the log has which (connections_full, key_full, too_many_upgrades)',
  },
  { cure: 'Express: the log has the error' },
];

/** What tells why there was an answer in place of a 101. */
export interface Said {
  /** 0: it was none of HTTP. */
  readonly status: number;
  /** The first line of its body, in quotes; or that it is no text. */
  readonly text: string;
  readonly isText: boolean;
  /** As a proxy names itself; Node and Express do not. */
  readonly proxy: string | undefined;
  readonly location: string | undefined;
  /** Its Retry-After. */
  readonly after: string | undefined;
}

/** An answer by what tells it from others, why it comes, and what to change. */
export interface Row {
  readonly status?: readonly number[];
  /** How its body begins. */
  readonly text?: RegExp;
  readonly isProxied?: boolean;
  /** Default: what it says itself. */
  readonly why?: Words;
  readonly cure: Words;
}

type Words = string | ((said: Said, site: Site) => string);

function place(_: Said, { url }: Site): string {
  return `there is nothing at ${url.pathname}`;
}

function comeBack({ after }: Said): string {
  return after === undefined ? '' : `, for ${after} s`;
}

/** Where a redirection leads, as a URL of a WebSocket. */
function target(location = '', url: URL): string {
  const to = URL.canParse(location, url.href) ? new URL(location, url.href) : new URL(url);
  to.protocol = to.protocol.replace('http', 'ws');
  return shownUrl(to);
}
