import { ProcessError } from '../core/index.js';
import type { RelayOptions } from './relayOptions.js';

/** Decides whether a page of `origin` may connect to a server that it has reached as `own`. */
export type OriginPolicy = (origin: string | undefined, own: Own) => boolean;

/** The host and the protocol by which a client has reached the server. */
export interface Own {
  readonly host: string | undefined;
  /** `http` or `https`; a proxy may say `ws` or `wss` for these. */
  readonly protocol: string;
}

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
 * browser, is allowed unless it is required. Entries: `https://app.example.com`, `https://*.example.com`
 * (one label, not the apex), `app.example.com:8443` for any scheme, the words `null` and `file://`, and `*`
 * for any, which needs the flag (H14). What cannot be parsed is refused unless there is a `*`.
 *
 * @throws ProcessError `Invalid` for an entry that is no origin, a `*` without the flag, and the flag without a `*`.
 */
export function originPolicy(options: OriginOptions = {}): OriginPolicy {
  const { allowedOrigins: allowed = [], dangerouslyAllowAnyOrigin: isAny = false } = options;
  const { requireOrigin = false } = options;
  const list = typeof allowed === 'string' ? allowed.split(',') : allowed;
  const texts = list.map((entry) => entry.trim().toLowerCase()).filter((entry) => entry !== '');
  checkAny(texts.includes('*'), isAny);
  if (isAny) return (origin) => origin !== undefined || !requireOrigin;
  const words = texts.filter((text) => WORDS.has(text));
  const entries = texts.filter((text) => !WORDS.has(text)).map(parseEntry);
  return (origin, own) => {
    if (origin === undefined) return !requireOrigin;
    if (words.includes(origin.toLowerCase())) return true;
    const parts = parse(origin);
    if (parts?.scheme === undefined) return false;
    const isOwn = parts.scheme === pageScheme(own.protocol) && isOwnHost(parts, own.host);
    return isOwn || entries.some((entry) => matches(entry, parts));
  };
}

/** Whether a text may stand in `allowedOrigins` by itself; a `*` needs a flag beside it (H14). */
export function isOriginEntry(text: string): boolean {
  try {
    originPolicy({ allowedOrigins: [text] });
    return true;
  } catch {
    return false;
  }
}

/** The options that decide whose pages may connect. */
type OriginOptions = Pick<
  RelayOptions,
  'allowedOrigins' | 'dangerouslyAllowAnyOrigin' | 'requireOrigin'
>;

/** Origins of pages that have none, which no host can tell apart: a sandboxed frame, a file. */
const WORDS: ReadonlySet<string> = new Set(['null', 'file://']);

/** H14. */
function checkAny(isAsked: boolean, isAllowed: boolean): void {
  if (isAsked === isAllowed) return;
  const text = isAsked
    ? "allowedOrigins: '*' lets a page of any site act with its visitor's cookies; name the sites, 'https://app.example.com', or say dangerouslyAllowAnyOrigin: true as well"
    : "dangerouslyAllowAnyOrigin: does nothing without allowedOrigins: '*'";
  throw new ProcessError('Invalid', text);
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
  // Nothing but wildcards is as good as a `*`.
  if (parts?.labels.some((label) => label !== '*')) return parts;
  const hint = "give 'scheme://host[:port]', 'host[:port]', 'null' or 'file://'";
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
