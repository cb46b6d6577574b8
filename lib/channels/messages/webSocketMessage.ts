import { ProcessError, shown } from '../../core/index.js';
import {
  type EventType,
  eventName,
  MESSAGE_TYPES,
  type MessageType,
  type WireMessage,
} from '../../protocol/index.js';
import { unixTime } from './unixTime.js';

/**
 * A message to clients (B1, B2). It is what its constructor was given: the payload is made text at once, so that it
 * costs nothing more however often it is sent, and what is changed in the value later is not sent.
 *
 * The room `messages` has what is sent, and its text: begin here; `encoded.ts` is a message on its way to many,
 * `replyText.ts` the text of an answer, `eventType.ts` and `schema.ts` what the data of an event looks like.
 *
 * @example manager.broadcast(WebSocketMessage.event('user.joined', { userId: 42 }));
 */
export class WebSocketMessage implements WireMessage {
  declare readonly payload?: unknown;
  declare readonly metadata?: unknown;
  /** Unix time in whole seconds. */
  readonly timestamp: number;
  readonly #payload: string | undefined;
  readonly #metadata: string | undefined;

  private constructor(
    readonly type: MessageType,
    payload: Part | undefined,
    metadata: Part | undefined,
    timestamp = unixTime(),
  ) {
    if (payload !== undefined) this.payload = payload.value;
    this.timestamp = timestamp;
    if (metadata !== undefined) this.metadata = metadata.value;
    this.#payload = payload?.text;
    this.#metadata = metadata?.text;
  }

  /** A text. @throws ProcessError `Invalid` for what is none. */
  static text(text: string): WebSocketMessage {
    return new WebSocketMessage('text', textPart('text', text), undefined);
  }

  /** Any value that has JSON. @throws ProcessError `Invalid` for one that has none. */
  static json(value: unknown): WebSocketMessage {
    return new WebSocketMessage('json', jsonPart('json', value), undefined);
  }

  /**
   * An event by name, or a typed one; without data it has null.
   *
   * @throws ProcessError `Invalid` for data that has no JSON, and a name that is empty or begins with `rx:`.
   */
  static event<Data>(event: string | EventType<Data>, data?: NoInfer<Data>): WebSocketMessage {
    const name = eventName(event as string);
    // The data's own text, because JSON would leave out a key whose value has none.
    const { value, text } = jsonPart('event', data ?? null);
    const payload = {
      value: { event: name, data: value },
      text: `{"event":${JSON.stringify(name)},"data":${text}}`,
    };
    return new WebSocketMessage('event', payload, undefined);
  }

  /** A text of the system to its users. @throws ProcessError `Invalid` for what is none. */
  static system(text: string): WebSocketMessage {
    return new WebSocketMessage('system', textPart('system', text), undefined);
  }

  static ping(): WebSocketMessage {
    return new WebSocketMessage('ping', undefined, undefined);
  }

  static pong(): WebSocketMessage {
    return new WebSocketMessage('pong', undefined, undefined);
  }

  /**
   * Any message as it is now, with its time, or else `now`.
   *
   * @internal
   * @throws ProcessError `Invalid` for what is no message, and a payload or metadata that have no JSON.
   */
  static from(message: Timeless, now: number): WebSocketMessage {
    if (message instanceof WebSocketMessage) return message;
    const { type, payload, metadata, timestamp } = shaped({ timestamp: now, ...message });
    const part = (where: string, value: unknown): Part | undefined =>
      value === undefined ? undefined : jsonPart(where, value);
    return new WebSocketMessage(
      type,
      part('payload', payload),
      part('metadata', metadata),
      timestamp,
    );
  }

  /** The same with other metadata, which replaces what it has. @throws ProcessError `Invalid` for what has no JSON. */
  withMetadata(metadata: unknown): WebSocketMessage {
    const payload =
      this.#payload === undefined ? undefined : { value: this.payload, text: this.#payload };
    const part = jsonPart('withMetadata', metadata);
    return new WebSocketMessage(this.type, payload, part, this.timestamp);
  }

  /** What is on the wire, as an object whose keys are in their order: for a log, or for JSON that it is a part of. */
  toJSON(): WireMessage {
    // From the text, because the payload may have been changed since.
    return JSON.parse(this.encode()) as WireMessage;
  }

  /** Its text on the wire. */
  encode(): string {
    return written(this.type, this.#payload, this.timestamp, this.#metadata);
  }
}

/** A message whose time may be that of its sending. */
type Timeless = Omit<WireMessage, 'timestamp'> & Partial<Pick<WireMessage, 'timestamp'>>;

/**
 * The text of a message on the wire, keys in their order (CP2). Anything of the right shape will do.
 *
 * @throws ProcessError `Invalid` for another shape, and for a payload or metadata that have no JSON.
 */
export function encodeMessage(message: WireMessage): string {
  if (message instanceof WebSocketMessage) return message.encode();
  const { type, payload, timestamp, metadata } = shaped(message);
  return written(type, partOf('payload', payload), timestamp, partOf('metadata', metadata));
}

/** The fields of a message, one each. @throws ProcessError `Invalid` for what has another shape. */
function shaped(message: WireMessage): WireMessage {
  const { type, payload, timestamp, metadata } = Object(message) as WireMessage;
  if (MESSAGE_TYPES.has(type) && Number.isSafeInteger(timestamp)) {
    return { type, payload, timestamp, metadata };
  }
  const advice = 'give WebSocketMessage.text(…) or the like, or { type, payload, timestamp }';
  throw new ProcessError('Invalid', `${shown(message)} is no message: ${advice}`);
}

function written(
  type: MessageType,
  payload: string | undefined,
  timestamp: number,
  metadata: string | undefined,
): string {
  const middle = payload === undefined ? '' : `,"payload":${payload}`;
  const end = metadata === undefined ? '' : `,"metadata":${metadata}`;
  return `{"type":"${type}"${middle},"timestamp":${timestamp}${end}}`;
}

/** A value and its JSON. */
interface Part {
  readonly value: unknown;
  readonly text: string;
}

const partOf = (where: string, value: unknown): string | undefined =>
  value === undefined ? undefined : jsonPart(where, value).text;

function textPart(where: string, text: string): Part {
  if (typeof text === 'string') return { value: text, text: JSON.stringify(text) };
  throw new ProcessError('Invalid', `WebSocketMessage.${where} takes a text, not ${typeof text}`);
}

function jsonPart(where: string, value: unknown): Part {
  const text = stringified(where, value);
  if (text !== undefined) return { value, text };
  throw new ProcessError(
    'Invalid',
    `WebSocketMessage.${where}: a value of type ${typeof value} has no JSON`,
  );
}

function stringified(where: string, value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : 'it throws';
    throw new ProcessError('Invalid', `WebSocketMessage.${where}: the value has no JSON: ${why}`, {
      cause,
    });
  }
}
