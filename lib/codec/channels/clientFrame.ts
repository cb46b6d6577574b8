import { isLeft, right } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { MESSAGE_TYPES, type MessageType, type RequestId } from '../../protocol/index.js';

/** What a client has sent in one text frame, its keys as they came but for the wrong ones, which are `problem`s. */
export interface ClientFrame {
  readonly type: MessageType;
  readonly payload?: unknown;
  readonly timestamp?: number | undefined;
  readonly metadata?: unknown;
  readonly id?: RequestId | undefined;
  readonly ok?: boolean | undefined;
  readonly error?: unknown;
  readonly channel?: string | undefined;
  readonly once?: boolean | undefined;
  /** What is wrong with a key of the protocol; then it is no message, but it may be answered. */
  readonly problem?: string | undefined;
}

/** Messages a client may join in one frame (CP4). */
export const MAX_BATCH = 64;

/** A frame of messages in an array, as `v1` has it; `undefined`: the array has none or too many. */
export type ClientBatch = readonly (ClientFrame | undefined)[] | undefined;

/** How deep the JSON of a client may be nested (B3). */
const MAX_DEPTH = 256;

const isRecord = t.UnknownRecord.is;

/**
 * Reads what a client has sent, leniently (B3): what is no JSON, no object or of an unknown type is a text
 * message with the raw text.
 */
export function readFrame(text: string): ClientFrame {
  const value = parsed(text);
  return isMessage(value) ? frameOf(value, problemOf(text)) : { type: 'text', payload: text };
}

/** The same for a client of dialect v1, which may send an array; an item that is no object is `undefined` (CP4). */
export function readBatch(text: string): ClientFrame | ClientBatch {
  const value = parsed(text);
  const problem = problemOf(text);
  if (!Array.isArray(value))
    return isMessage(value) ? frameOf(value, problem) : { type: 'text', payload: text };
  if (value.length === 0 || value.length > MAX_BATCH) return undefined;
  return value.map((item: unknown) => {
    if (isMessage(item)) return frameOf(item, problem);
    return isRecord(item) && !Array.isArray(item) ? textOf(item) : undefined;
  });
}

/** A message as a text, as a frame of its own would be; `undefined` if it is nested deeper than a stack. */
function textOf(item: object): ClientFrame | undefined {
  try {
    return { type: 'text', payload: JSON.stringify(item) };
  } catch {
    return undefined;
  }
}

/** A message as JSON has it; decoding never fails, whatever the text is (B3). */
export const wireMessage = new t.Type<ClientFrame, ClientFrame, string>(
  'WebSocketMessage',
  (value): value is ClientFrame => isMessage(value),
  (text) => right(readFrame(text)),
  t.identity,
);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const problemOf = (text: string): string | undefined =>
  isDeep(text) ? `nested deeper than ${MAX_DEPTH}` : undefined;

/**
 * Whether JSON is nested so deep that what is made of it could not be made text again: JSON.parse takes what
 * JSON.stringify has no stack for, and a handler that echoes it would fail, as a client likes.
 */
function isDeep(text: string): boolean {
  if (text.length <= 2 * MAX_DEPTH) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = endOfText(text, at);
    else if (unit === SQUARE || unit === CURLY) depth++;
    // Both that close are two behind those that open.
    else if (unit === SQUARE + 2 || unit === CURLY + 2) depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** Where the quote is that ends a text which begins at this one; the end of all if there is none. */
function endOfText(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    at = text.indexOf('"', at);
    if (at < 0) return text.length;
    let before = at;
    while (text[before - 1] === '\\') before--;
    if ((at - before) % 2 === 0) return at;
  }
}

const QUOTE = 0x22;
const SQUARE = 0x5b;
const CURLY = 0x7b;

type Given = { readonly [Key in keyof ClientFrame]: unknown } & { readonly type: MessageType };

const isMessage = (value: unknown): value is Given =>
  isRecord(value) && !Array.isArray(value) && MESSAGE_TYPES.has(value.type);

const id = t.refinement(
  t.union([t.number, t.string]),
  (value) =>
    typeof value === 'number'
      ? Number.isSafeInteger(value) && value >= 1
      : value.length >= 1 && value.length <= 64,
  'an integer from 1, or a text of 1 to 64 characters',
);

/** The keys of the protocol, each with its codec (CP5, CP7); what is missing or null is not there. */
const KEYS: readonly (readonly [key: 'id' | 'ok' | 'channel' | 'once', codec: t.Mixed])[] = [
  ['id', id],
  ['ok', t.boolean],
  ['channel', t.string],
  ['once', t.boolean],
];

/** The types of an application's own messages, and the keys that are for these: on others they are ignored (CP5). */
const MESSAGES: ReadonlySet<MessageType> = new Set(['text', 'json', 'event']);
const FOR_MESSAGES: ReadonlySet<string> = new Set(['channel', 'once']);

/** Without a loop for the many messages that have no such key. */
function frameOf(given: Given, problem: string | undefined): ClientFrame {
  const { type, payload, timestamp, metadata } = given;
  const frame: { -readonly [Key in keyof ClientFrame]: ClientFrame[Key] } = { type };
  if (payload !== undefined) frame.payload = payload;
  if (Number.isSafeInteger(timestamp)) frame.timestamp = timestamp as number;
  if (metadata !== undefined && metadata !== null) frame.metadata = metadata;
  if (given.error !== undefined) frame.error = given.error;
  if (problem !== undefined) frame.problem = problem;
  for (const [key, codec] of KEYS) {
    const value = given[key] ?? undefined;
    if (value === undefined || (FOR_MESSAGES.has(key) && !MESSAGES.has(type))) continue;
    const decoded = codec.decode(value);
    if (isLeft(decoded)) frame.problem ??= `${key}: expected ${codec.name}`;
    else Object.assign(frame, { [key]: decoded.right });
  }
  if (frame.once === true && typeof frame.id !== 'number') {
    frame.problem ??= 'once: expected an id that is an integer';
  }
  return frame;
}
