import { ProcessError } from '../core/index.js';

/**
 * Decides whether a page of `origin` may connect to a server that it addressed as `host`, by `protocol`:
 * `http` or `https`; a proxy may say `ws` or `wss` for these.
 */
export type OriginPolicy = (
  origin: string | undefined,
  host: string | undefined,
  protocol: string,
) => boolean;

/** An origin, or an entry of the allow list, taken apart; all in lower case. */
interface Parts {
  /** `undefined`: any. */
  readonly scheme: string | undefined;
  /** The labels of the host, `*` for any one label; an IPv6 address is one label. */
  readonly labels: readonly string[];
  /** `''`: the default port of whatever the scheme is. */
  readonly port: string;
}

const ORIGIN = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\[[0-9a-f:.]+\]|[^\s:/?#@[\],]+)(?::(\d+))?$/;
const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  http: '80',
  ws: '80',
  https: '443',
  wss: '443',
};

/**
 * The origin policy (H6). Without entries only the server's own pages may connect: the Origin's
 * scheme is that of the request, its host and port equal the Host header's. No Origin at all, so no
 * browser, is allowed. Entries: `*` for any, `https://app.example.com`, `https://*.example.com` (one
 * label, not the apex), `app.example.com:8443` for any scheme. `null` and what cannot be parsed are
 * refused unless there is a `*`.
 *
 * @param allowed a list, or one text with commas
 * @throws ProcessError `Invalid` for an entry that is no origin.
 */
export function originPolicy(allowed: string | readonly string[] = []): OriginPolicy {
  const list = typeof allowed === 'string' ? allowed.split(',') : allowed;
  const texts = list.map((entry) => entry.trim().toLowerCase()).filter((entry) => entry !== '');
  if (texts.includes('*')) return () => true;
  const entries = texts.map(parseEntry);
  return (origin, host, protocol) => {
    if (origin === undefined) return true;
    const parts = parse(origin);
    if (parts?.scheme === undefined) return false;
    const isOwn = parts.scheme === pageScheme(protocol) && isOwnHost(parts, host);
    return isOwn || entries.some((entry) => matches(entry, parts));
  };
}

function parse(text: string): Parts | undefined {
  const match = ORIGIN.exec(text.toLowerCase());
  if (match === null) return undefined;
  const [, scheme, host = '', port = ''] = match;
  const labels = host.startsWith('[') ? [host] : host.split('.');
  return { scheme, labels, port: isDefaultPort(port, scheme) ? '' : port };
}

function parseEntry(entry: string): Parts {
  const parts = parse(entry.replace(/\/$/, ''));
  if (parts !== undefined) return parts;
  const hint = "give '*', 'scheme://host[:port]' or 'host[:port]'";
  throw new ProcessError('Invalid', `allowedOrigins: '${entry}' is no origin; ${hint}`);
}

const isDefaultPort = (port: string, scheme: string | undefined): boolean =>
  port !== '' && scheme !== undefined && DEFAULT_PORTS[scheme] === port;

/** The scheme of a page that connects by this protocol. */
const pageScheme = (protocol: string): string => protocol.toLowerCase().replace(/^ws/, 'http');

/** The scheme of a refused page, if it is refused for this alone. */
export function otherScheme(
  origin: string,
  host: string | undefined,
): 'http' | 'https' | undefined {
  const parts = parse(origin);
  const scheme = parts?.scheme;
  if (scheme !== 'http' && scheme !== 'https') return undefined;
  return isOwnHost(parts as Parts, host) ? scheme : undefined;
}

/** The Host header has no scheme: the page's own tells which of its ports is the default one. */
function isOwnHost(origin: Parts, host: string | undefined): boolean {
  const own = host === undefined ? undefined : parse(`${origin.scheme}://${host}`);
  if (own === undefined || own.port !== origin.port) return false;
  return own.labels.join('.') === origin.labels.join('.');
}

function matches(entry: Parts, origin: Parts): boolean {
  if (entry.scheme !== undefined && entry.scheme !== origin.scheme) return false;
  const port = isDefaultPort(entry.port, origin.scheme) ? '' : entry.port;
  if (port !== origin.port) return false;
  if (entry.labels.length !== origin.labels.length) return false;
  return entry.labels.every((label, i) => label === origin.labels[i] || isWild(label, origin, i));
}

const isWild = (label: string, origin: Parts, i: number): boolean =>
  label === '*' && origin.labels[i] !== '';
