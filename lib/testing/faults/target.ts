import { randomBytes } from 'node:crypto';
import type { ConnectionOptions } from 'node:tls';
import { ProcessError, shown } from '../../core/index.js';

/** Where a fault goes, and with what handshake. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** `undefined`: plain TCP. */
  readonly tls: ConnectionOptions | undefined;
  /** The whole upgrade request. */
  readonly request: string;
}

/**
 * Reads the URL of a server, and writes the upgrade request (RFC 6455 §4.1).
 *
 * @throws ProcessError `Invalid`: no `ws:` or `wss:` URL, or a header that would break the request.
 */
export function targetOf(
  where: string,
  url: string,
  { headers = {}, protocols = [], tls = {} }: TargetOptions = {},
): Target {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^wss?:$/.test(parsed.protocol)) {
    throw new ProcessError('Invalid', `${where}: ${shown(url)} is no URL of ws: or wss:`);
  }
  if (!Array.isArray(protocols)) {
    throw new ProcessError('Invalid', `${where}: protocols: give an array of names`);
  }
  const isSecure = parsed.protocol === 'wss:';
  const lines = Object.entries({
    Host: parsed.host,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    ...(protocols.length > 0 && { 'Sec-WebSocket-Protocol': protocols.join(', ') }),
    ...headers,
  }).map(([name, value]) => {
    if (NAME.test(name) && VALUE.test(value)) return `${name}: ${value}\r\n`;
    throw new ProcessError('Invalid', `${where}: headers: ${shown(name)} cannot be sent`);
  });
  return {
    // Without the brackets of an IPv6 address.
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: Number(parsed.port) || (isSecure ? 443 : 80),
    tls: isSecure ? tls : undefined,
    request: `GET ${parsed.pathname}${parsed.search} HTTP/1.1\r\n${lines.join('')}\r\n`,
  };
}

/** A header's name, and a value that stays on its line (RFC 9110 §5). */
const NAME = /^[-!#$%&'*+.^_`|~\w]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** With what a handshake is made. */
export interface TargetOptions {
  /** Header lines of the handshake beside its own: `Cookie`, `Authorization`, `Origin`. Default none. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Subprotocols to offer; default none. */
  readonly protocols?: readonly string[] | undefined;
  /** For `wss:` what `tls.connect` takes, `{ ca }` say; default nothing. */
  readonly tls?: ConnectionOptions | undefined;
}
