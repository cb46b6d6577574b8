import { shown } from '../core/index.js';
import type { Site } from './doctor/site.js';
import { Failure } from './failure.js';
import type { Values } from './options.js';
import { readPeriod } from './readTarget.js';
import { readText } from './readText.js';

/** Reads what is examined, and as whom; a `Failure` (usage) if that cannot be read (CL7). */
export function readSite(operand: string, values: Values): Site {
  const url = readUrl(operand);
  const own = `${url.protocol.replace('ws', 'http')}//${url.host}`;
  const { origin, 'header-file': file } = values;
  const { protocols, ...headers } = file === undefined ? NONE : readHeaders(file);
  return {
    url,
    page: origin === undefined ? own : readOrigin(origin),
    isOwn: origin === undefined || readOrigin(origin) === own,
    ...headers,
    protocols,
    timeout: readPeriod('timeout', values.timeout ?? '5s'),
    idle: readPeriod('idle', values.idle ?? '65s'),
  };
}

/** The address of a site is not yet that of its WebSocket: without a path it is that of `websocketRoutes`. */
function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Not what was given, which may have a password.
  if (url === undefined || !/^(ws|http)s?:$/.test(url.protocol) || url.hash !== '') {
    throw new Failure('usage', 'doctor: give a URL, such as wss://app.example.com/ws');
  }
  if (url.username + url.password !== '') {
    throw new Failure(
      'usage',
      'doctor: others can read the password of a URL: leave it out, and give --header-file',
    );
  }
  if (url.protocol.startsWith('http')) {
    if (url.pathname === '/') url.pathname = '/ws';
    url.protocol = url.protocol.replace('http', 'ws');
  }
  return url;
}

function readOrigin(text: string): string {
  if (text === 'null' || text === 'file://') return text;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) {
    return url.origin;
  }
  throw new Failure(
    'usage',
    `--origin: ${shown(text)} is no origin, such as https://app.example.com`,
  );
}

const NONE = { headers: {}, protocols: [] };

/** A header a line, as browsers send them; subprotocols apart, since they are not just sent. */
function readHeaders(file: string): Pick<Site, 'headers' | 'protocols'> {
  const headers: Record<string, string> = {};
  const lines = readText('--header-file', file).split(/\r?\n/);
  lines.forEach((line, n) => {
    if (line.trim() === '') return;
    const [, name, value] =
      /^([\w!#$%&'*+.^`|~-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      // Not the line, which may be a secret.
      throw new Failure('usage', `--header-file: line ${n + 1} is no header, such as Cookie: …`);
    }
    headers[name.toLowerCase()] = value.trim();
  });
  const { 'sec-websocket-protocol': offered = '', ...others } = headers;
  const protocols = offered.split(',').map((each) => each.trim());
  return { headers: others, protocols: protocols.filter((each) => each !== '') };
}
