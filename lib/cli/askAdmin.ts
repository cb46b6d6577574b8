import { printable } from '../core/index.js';
import { ADMIN, type Info, type Stats } from '../protocol/index.js';
import { Failure } from './failure.js';
import { type Answer, getText } from './getText.js';
import type { Target } from './readTarget.js';

/**
 * Asks a server's admin endpoint for a page of JSON (CL4). A `Failure` says in one line what is wrong (CL2); it is
 * an `Absent` where nobody listens at all.
 *
 * @param signal gives up before the target's timeout
 */
export async function askAdmin<P extends keyof Pages>(
  page: P,
  target: Target & { readonly node?: string | undefined },
  signal?: AbortSignal,
): Promise<Pages[P]> {
  const { url, token, timeout, node } = target;
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  try {
    const options = { headers, timeout, ...(signal && { signal }) };
    const asked = new URL(`${url}/${page}`);
    if (node !== undefined) asked.searchParams.set('node', node);
    const answer = await getText(asked, options);
    checkStatus(answer, target);
    return checkVersion(answer.body, url) as Pages[P];
  } catch (error) {
    throw error instanceof Failure ? error : failureOf(error, url);
  }
}

interface Pages {
  readonly info: Info;
  readonly stats: Stats;
}

/** Nobody listens there. */
export class Absent extends Failure {}

/** No token was given, and one is needed. */
export const noToken = (): Failure =>
  new Failure('usage', 'no token: set RX_PROCESS_ADMIN_TOKEN, or give --token-file');

const absence = (where: string, why: string): string =>
  `no server at ${where} (${why}): is it running, and are adminRoutes mounted?`;

function checkStatus({ status, headers, body }: Answer, { token, url }: Target): void {
  if (status === 200) return;
  if (token === undefined) throw noToken();
  if (status === 401) throw new Failure('refused', 'the server refused the token (401)');
  if (status === 429) {
    const wait = printable(headers['retry-after'] ?? '60', 16);
    const why = 'too many wrong ones';
    throw new Failure('refused', `the server refused the token (429): ${why}, wait ${wait} s`);
  }
  if (status === 404) throw new Failure('unreachable', absence(url, '404'));
  // The one thing that a server says no to, in a line of its own.
  if (status === 400 && body.startsWith('no node ')) {
    throw new Failure('unexpected', printable(body, 256));
  }
  throw new Failure('unexpected', `${url} answered ${status}`);
}

/** What answers may be anything: a server of pages gives its start page whatever is asked. */
function checkVersion(body: string, where: string): unknown {
  const answer = parse(body);
  const version = answer?.admin;
  if (version === ADMIN) return answer;
  if (typeof version !== 'number') {
    throw new Failure('unreachable', absence(where, 'what answers is none'));
  }
  const text = `admin API ${version} is newer than this command: update rx-process`;
  throw new Failure('unexpected', text);
}

function parse(text: string): { readonly admin?: unknown } | null | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const ABSENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** Why a request got no answer. */
function failureOf(error: unknown, where: string): Failure {
  const { code, message } = error as NodeJS.ErrnoException;
  const why = code ?? message;
  const text = absence(where, printable(why, 128));
  return ABSENT.includes(why) ? new Absent('unreachable', text) : new Failure('unreachable', text);
}
