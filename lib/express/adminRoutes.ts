import { type Request, type Response, Router } from 'express';
import { knownOptions, ProcessError, shown } from '../core/index.js';
import { type Info, MAX_CHANNELS, type Stats } from '../protocol/index.js';
import { isLocal } from '../upgrade/index.js';
import { TokenCheck } from './tokenCheck.js';

/**
 * Two pages of JSON for `rx-process websocket:info` and `websocket:stats`, behind a token: `GET /_rx/info` and
 * `GET /_rx/stats` (CL4, CL5). They change nothing, and tell of nobody who he is or what he said. Whatever else
 * comes below the path is answered 404, and so is who may not ask: from another machine, through a proxy, from a
 * page. Without the right token it is 401, after ten wrong ones within a minute 429.
 *
 * @param manager whatever counts: a channel manager
 * @throws ProcessError `Invalid`: no token or one below 16 bytes, a path that is none, an unknown option.
 * @example app.use(adminRoutes(manager, { token: process.env.RX_PROCESS_ADMIN_TOKEN ?? '' }));
 */
export function adminRoutes(manager: AdminSource, options: AdminOptions): Router {
  const { token, path, allowRemote } = readOptions(manager, options);
  const pages: Readonly<Record<string, (request: Request) => object>> = {
    '/info': () => cut(manager.info()),
    '/stats': ({ query }) => manager.stats(nodeOf(query)),
  };
  const check = new TokenCheck(token);
  // As written and not otherwise: in Express `/_RX/info/` is the same path by default.
  const router = Router({ caseSensitive: true, strict: true });
  router.use(path, (request, response) => {
    const page = pages[request.path];
    const isAllowed = request.headers.origin === undefined && (allowRemote || isLocal(request));
    if (page === undefined || request.method !== 'GET' || !isAllowed) return refuse(response, 404);
    if (admit(check, request, response)) show(response, () => page(request));
  });
  return router;
}

/** What the admin endpoint shows. */
export interface AdminSource {
  info(): Info;
  /** @throws ProcessError `NotFound`: there is no node of this name. */
  stats(options?: { readonly node?: string }): Stats;
}

/** Options of `adminRoutes`. */
export interface AdminOptions {
  /** What `Authorization: Bearer` has to say: at least 16 visible ASCII characters. It has no default. */
  readonly token: string;
  /** Below which the pages are; default `'/_rx'`. */
  readonly path?: string;
  /**
   * Whether other machines and proxies may ask; default false. Then nothing but the token is asked for: have
   * them come by TLS.
   */
  readonly allowRemote?: boolean;
}

function readOptions(manager: AdminSource, options: AdminOptions): Required<AdminOptions> {
  if (typeof manager?.info !== 'function' || typeof manager.stats !== 'function') {
    throw invalid('give a channel manager first');
  }
  knownOptions('adminRoutes', options, { token: true, path: true, allowRemote: true });
  const { token, path = '/_rx', allowRemote = false } = options;
  if (typeof token !== 'string' || !/^[\x21-\x7e]{16,}$/.test(token)) {
    // Not what was given, which may be most of a token.
    throw invalid(
      'token: give at least 16 bytes of visible ASCII, from `openssl rand -hex 32`, say',
    );
  }
  if (typeof path !== 'string' || !/^(?:\/[\w.~-]+)+$/.test(path)) {
    throw invalid(`path: ${shown(path)} is no path such as '/_rx'`);
  }
  if (typeof allowRemote !== 'boolean') {
    throw invalid(`allowRemote: give true or false, not ${shown(allowRemote)}`);
  }
  return { token, path, allowRemote };
}

const invalid = (text: string): ProcessError => new ProcessError('Invalid', `adminRoutes: ${text}`);

/** `?node=<name>`: of that node of a cluster alone (CN50). */
const nodeOf = ({ node }: Request['query']): { readonly node?: string } =>
  node === undefined ? {} : { node: String(node) };

/** A page, or one line that says why there is none of this node. */
function show(response: Response, page: () => object): void {
  try {
    answer(response, 200, JSON.stringify(page()), JSON_TYPE);
  } catch (error) {
    if (!(error instanceof ProcessError) || error.code !== 'NotFound') throw error;
    answer(response, 400, error.message, TEXT_TYPE);
  }
}

/** At most so many definitions (CL4). */
const cut = (info: Info): Info => ({ ...info, channels: info.channels.slice(0, MAX_CHANNELS) });

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' };
const TEXT_TYPE = { 'Content-Type': 'text/plain; charset=utf-8' };

/** Whether the token is right; else it is answered here. No token at all is no guess. */
function admit(check: TokenCheck, request: Request, response: Response): boolean {
  const now = performance.now();
  const wait = check.wait(now);
  if (wait > 0) {
    refuse(response, 429, { 'Retry-After': String(Math.ceil(wait / 1_000)) });
    return false;
  }
  const { authorization: given = [] } = request.headersDistinct;
  const isRight = given.length > 0 && check.isRight(bearerOf(given), now);
  if (!isRight) refuse(response, 401, { 'WWW-Authenticate': 'Bearer' });
  return isRight;
}

/** The token of a request; several of them are none. */
function bearerOf([value = '', ...others]: readonly string[]): string {
  const [, token = ''] = (others.length === 0 && /^Bearer +(\S+)$/i.exec(value)) || [];
  return token;
}

const TEXTS = { 401: 'Unauthorized', 404: 'Not found', 429: 'Too many wrong tokens' };

function refuse(response: Response, status: keyof typeof TEXTS, headers = {}): void {
  answer(response, status, TEXTS[status], { ...headers, ...TEXT_TYPE });
}

function answer(response: Response, status: number, body: string, headers: object): void {
  response
    .status(status)
    .set({ 'Cache-Control': 'no-store', ...headers })
    .end(body);
}
