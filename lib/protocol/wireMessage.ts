/** A message of a channel on the wire, one JSON text frame (B1). Absent payload and metadata are left out, not null. */
export interface WireMessage {
  readonly type: MessageType;
  readonly payload?: unknown;
  /** Unix time in whole seconds. */
  readonly timestamp: number;
  readonly metadata?: unknown;
}

/** The types of messages, all there are. */
export type MessageType = 'text' | 'json' | 'binary' | 'ping' | 'pong' | 'system' | 'event';

/** The names of the types, to check what has come. */
export const MESSAGE_TYPES: ReadonlySet<unknown> = new Set<MessageType>([
  'text',
  'json',
  'binary',
  'ping',
  'pong',
  'system',
  'event',
]);

/** What a client may add to a message, and how a request is told from a reply (CP1, CP5, CP7). */
export interface ExtensionKeys {
  /** Of a request or of its reply. */
  readonly id?: RequestId;
  /** In a reply: whether it was done. */
  readonly ok?: boolean;
  readonly channel?: string;
  /** Of a message of a channel: its place in the history, and what it is about (CH2, CH8). */
  readonly offset?: number;
  readonly key?: string;
  /** To be performed at most once. */
  readonly once?: boolean;
  readonly error?: WireError;
}

/** An integer from 1, or a text of 1 to 64 characters (CP7). */
export type RequestId = number | string;

/** An event of a message of type event. */
export interface EventPayload {
  readonly event: string;
  readonly data: unknown;
}

/** Why a request failed, as the client is told (CP8). */
export interface WireError {
  readonly code: string;
  readonly message: string;
  /** Whether it may succeed later. */
  readonly retry: boolean;
  /** Milliseconds until then. */
  readonly after?: number;
  readonly details?: unknown;
}

/** Names of events that begin so are the library's own (B2). */
export const RESERVED_EVENTS = 'rx:';
