import { get as getHttp, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { get as getHttps } from 'node:https';
import { text } from 'node:stream/consumers';

/**
 * Gets a page as text, redirected nowhere. Rejects if there is no whole answer, with `timeout` after so many
 * milliseconds. Not `fetch`: on Node 20 it never settles for a server that hangs up at once.
 */
export function getText(url: URL, { timeout, ...options }: GetOptions): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    const get = url.protocol === 'https:' ? getHttps : getHttp;
    const request = get(url, { ...options, agent: false }, (response) => {
      const { statusCode: status = 0, headers } = response;
      text(response).then((body) => resolve({ status, headers, body }), reject);
    });
    const timer = setTimeout(() => request.destroy(new Error('timeout')), timeout);
    request.on('error', reject).on('close', () => clearTimeout(timer));
  });
}

/** How a page is got. */
export interface GetOptions extends Pick<RequestOptions, 'headers' | 'signal'> {
  /** Milliseconds until the last byte. */
  readonly timeout: number;
}

/** What a server answered. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
