import { type IncomingMessage, validateHeaderName, validateHeaderValue } from 'node:http';
import { decodeRelayFields } from '../codec/index.js';
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

/** Headers by name; a list is one line for each. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** An answer of HTTP, checked. */
export interface PlainAnswer {
  readonly status: number;
  /** Header lines, without those about the body's length and the connection. */
  readonly lines: readonly string[];
  readonly body: Uint8Array;
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
  const isTyped = lines.some((line) => /^content-type:/i.test(line));
  if (typeof body === 'string' && body !== '' && !isTyped) lines.push(TEXT);
  return { status, lines, body: typeof body === 'string' ? Buffer.from(body) : body };
}

/** Headers of the connection and of how long the body is. */
const OURS = /^(?:connection|content-length|transfer-encoding|keep-alive|upgrade):/i;

/** Headers as lines. @throws Node's TypeError for what is no header. */
function headerLines(headers: HttpHeaders): string[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (value === undefined) return [];
    validateHeaderName(name);
    const values = typeof value === 'string' ? [value] : value;
    return values.map((each) => {
      validateHeaderValue(name, each);
      return `${name}: ${each}`;
    });
  });
}

function protocolOf(headers: HttpHeaders): string | undefined {
  const [, value] =
    Object.entries(headers).find(([name]) => /^sec-websocket-protocol$/i.test(name)) ?? [];
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
