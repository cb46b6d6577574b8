import { parseDuration, shown } from '../core/index.js';
import type { Context } from './command.js';
import { Failure } from './failure.js';
import type { Values } from './options.js';
import { readText } from './readText.js';

/** Reads whom to ask, and by which token; a `Failure` (usage) if that cannot be read (CL1). */
export function readTarget(values: Values, env: Context['env']): Target {
  return {
    url: readUrl(values, env),
    token: readToken(values, env),
    timeout: readPeriod('timeout', values.timeout ?? '5s'),
  };
}

/** Whom a command asks. */
export interface Target {
  /** Of the admin endpoint, without a slash at its end. */
  readonly url: string;
  /** `undefined`: none was given. */
  readonly token: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
}

const DEFAULT_URL = 'http://127.0.0.1:3000/_rx';

function readUrl({ url: given }: Values, { RX_PROCESS_ADMIN_URL: set }: Context['env']): string {
  const name = given === undefined && set ? 'RX_PROCESS_ADMIN_URL' : '--url';
  const text = given ?? (set || DEFAULT_URL);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Not what was given, which may have a password.
  const isRight =
    url !== undefined && /^https?:$/.test(url.protocol) && url.search + url.hash === '';
  if (!isRight || url.username + url.password !== '') {
    throw new Failure(
      'usage',
      `${name}: give the URL of the admin endpoint, such as ${DEFAULT_URL}`,
    );
  }
  return url.href.replace(/\/+$/, '');
}

/** Reads the token, of which everybody on this machine could read an argument (CL1). */
export function readToken(
  { 'token-file': path }: Values,
  { RX_PROCESS_ADMIN_TOKEN: set = '' }: Context['env'],
): string | undefined {
  const name = path === undefined ? 'RX_PROCESS_ADMIN_TOKEN' : '--token-file';
  const token = path === undefined ? set : readText(name, path).trim();
  if (token === '' && path === undefined) return undefined;
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new Failure('usage', `${name}: a token is one word of visible ASCII characters`);
}

const DAY = 86_400_000;

/** Reads an option that is a length of time, as milliseconds. */
export function readPeriod(name: 'timeout' | 'watch' | 'idle', text: string): number {
  const millis = parseDuration(text);
  if (millis !== undefined && millis >= 1 && millis <= DAY) return Math.round(millis);
  throw new Failure(
    'usage',
    `--${name}: ${shown(text)} is no duration from 1ms to 24h, such as 2s`,
  );
}
