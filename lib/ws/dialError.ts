import { ProcessError } from '../core/index.js';

/** A server could not be connected to (A1, A9). It is worth trying again, so a supervisor does (V6). */
export class DialError extends ProcessError {
  override readonly retryable = true;
  /** Without query, user and password, which may be secrets (A10). */
  readonly url: string;
  /** Of the answer, if the server has answered by HTTP. */
  declare readonly status?: number;

  constructor(url: URL, cause: Error, status?: number) {
    const where = shownUrl(url);
    super('Internal', `cannot connect to ${where}: ${textOf(cause)}`, { cause });
    this.url = where;
    if (status !== undefined) this.status = status;
  }
}

/** A URL as logs may have it (A10). */
function shownUrl({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}

/** Where several addresses were tried, Node's error has a code and no text. */
const textOf = ({ message, code, name }: Error & { code?: string }): string =>
  message || code || name;
