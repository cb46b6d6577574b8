import { type IncomingMessage, validateHeaderName, validateHeaderValue } from 'node:http';
import { decodeRelayFields, RELAY_HEADER } from '../codec/index.js';
import { ProcessError, shown } from '../core/index.js';
import type { GivenMetadata } from '../protocol/index.js';
import {
  checkTarget,
  type RelayAnswer,
  type RelayTarget,
  refusals,
  TARGET_FIELDS,
} from '../upgrade/index.js';

/**
 * Reads what a handler has answered: a relay, or what is to be written instead.
 *
 * @throws ProcessError `Invalid`, or Node's TypeError for a header that cannot be sent.
 */
export function readAnswer(answer: UpgradeAnswer | undefined): RelayAnswer | PlainAnswer {
  if (answer === undefined) return NOT_FOUND;
  if (typeof answer !== 'object' || answer === null || isOfBehavior(answer)) throw noAnswer(answer);
  if (answer.status !== undefined) return plainAnswer(answer);
  checkTarget('relayUpgrades', answer, FIELDS);
  const { target: owned, headers } = answer;
  const decoded = decodeRelayFields(answer, { owned: owned !== undefined });
  return {
    config: decoded._tag === 'Left' ? decoded.left : decoded.right,
    owned,
    headers: headers === undefined ? NO_LINES : headerLines(headers),
    protocol: headers && protocolOf(headers),
  };
}

/** Answers a handshake: `undefined` is a 404. */
export type UpgradeHandler<M extends GivenMetadata = GivenMetadata> = (
  request: IncomingMessage,
) => UpgradeAnswer<M> | undefined | PromiseLike<UpgradeAnswer<M> | undefined>;

/** A relay, with the headers of its 101, or an answer of HTTP instead of a connection. */
export type UpgradeAnswer<M extends GivenMetadata = GivenMetadata> =
  | (RelayTarget<M> & {
      /** Go out with the 101 (H10), `Set-Cookie` say; `Sec-WebSocket-Protocol` chooses a subprotocol. */
      readonly headers?: HttpHeaders | undefined;
      readonly status?: never;
    })
  | HttpAnswer;

/** An answer of HTTP, after which the connection is closed. */
export interface HttpAnswer {
  /** From 200 to 599: 401, or 302 with a `Location`. */
  readonly status: number;
  readonly headers?: HttpHeaders | undefined;
  /** A text is `text/plain` in UTF-8, unless a header says otherwise; default: none. */
  readonly body?: string | Uint8Array | undefined;
  readonly target?: never;
  readonly target_pid?: never;
}

/** Headers by name, a list being one line for each; or pairs of them, such as the `Headers` of `fetch`. */
export type HttpHeaders =
  | Readonly<Record<string, string | number | readonly string[] | undefined>>
  | Iterable<readonly [string, string]>;

/** An answer of HTTP, checked. */
export interface PlainAnswer {
  readonly status: number;
  /** Header lines, all but the body's length. */
  readonly lines: readonly string[];
  /** `undefined` for a status that has none, and no length either (RFC 9110 §8.6). */
  readonly body: Uint8Array | undefined;
}

const FIELDS = { ...TARGET_FIELDS, headers: true, status: true } as const;

const NO_LINES: readonly string[] = Object.freeze([]);

const TEXT = 'Content-Type: text/plain; charset=utf-8';

const NOT_FOUND = plainAnswer({ status: refusals.unclaimed.status, body: refusals.unclaimed.text });

function plainAnswer(answer: HttpAnswer): PlainAnswer {
  const { status, headers = {}, body = '' } = answer;
  if (answer.target !== undefined || answer.target_pid !== undefined) {
    const text = 'relayUpgrades: answer with a target, or with a status to refuse, not with both';
    throw new ProcessError('Invalid', text);
  }
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new ProcessError('Invalid', `status is from 200 to 599, not ${shown(status)}`);
  }
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    throw new ProcessError('Invalid', `body is a text or bytes, not ${shown(body)}`);
  }
  const lines = headerLines(headers).filter((line) => !OURS.test(line));
  lines.push(
    `Connection: ${lines.some((line) => /^upgrade:/i.test(line)) ? 'Upgrade, ' : ''}close`,
  );
  if (status === 204 || status === 304) return { status, lines, body: undefined };
  if (status === 205) return { status, lines, body: new Uint8Array() };
  const isTyped = lines.some((line) => /^content-type:/i.test(line));
  if (typeof body === 'string' && body !== '' && !isTyped) lines.push(TEXT);
  return { status, lines, body: typeof body === 'string' ? Buffer.from(body) : body };
}

/** Headers of the connection and of how long the body is. */
const OURS = /^(?:connection|content-length|transfer-encoding|keep-alive):/i;

/** Headers as lines. @throws Node's TypeError for what is no header. */
function headerLines(headers: HttpHeaders): string[] {
  return entriesOf(headers).flatMap(([name, value]) => {
    if (value === undefined) return [];
    validateHeaderName(name);
    // Inside of the server only (H1).
    if (name.toLowerCase() === RELAY_HEADER.toLowerCase()) return [];
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.map((each) => {
      if (typeof each !== 'string' && typeof each !== 'number') {
        throw new ProcessError('Invalid', `header ${name} is a text, not ${shown(each)}`);
      }
      validateHeaderValue(name, `${each}`);
      return `${name}: ${each}`;
    });
  });
}

/** The pairs of an object, or of something that is a list of pairs, as `Headers` and a Map are. */
function entriesOf(headers: HttpHeaders): readonly (readonly [string, unknown])[] {
  return Symbol.iterator in headers ? [...headers] : Object.entries(headers);
}

function protocolOf(headers: HttpHeaders): string | undefined {
  const [, value] =
    entriesOf(headers).find(([name]) => /^sec-websocket-protocol$/i.test(name)) ?? [];
  return value === undefined ? undefined : String(value);
}

function noAnswer(answer: unknown): ProcessError {
  const wanted = isOfBehavior(answer)
    ? 'give a handler, (request) => ({ target }), not a behaviour'
    : `answer with { target }, { target_pid } or { status }, not ${shown(answer)}`;
  return new ProcessError('Invalid', `relayUpgrades: ${wanted}`);
}

/** Whether it is a stream, as a behaviour in the place of the handler returns, or the behaviour itself. */
function isOfBehavior(answer: unknown): boolean {
  return typeof answer === 'function' || typeof Object(answer).subscribe === 'function';
}
