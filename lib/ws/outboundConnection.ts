import type { Observable } from 'rxjs';
import type { Pid } from '../core/index.js';

/**
 * A connection to another server (A3–A6). What comes is read in one of two ways: by iterating, one message after the
 * other, by which a slow reader holds the server back; or by `messages$`, whose subscribers get everything at once.
 * While nobody reads, `channelCapacity` messages wait, and then the server is not read.
 */
export interface OutboundConnection extends AsyncIterable<OutboundMessage> {
  /** Its owner; `undefined` without one. */
  readonly pid: Pid | undefined;
  /** The subprotocol that the server has chosen; `''`: none. */
  readonly protocol: string;
  /**
   * What the server sends, in order, for all who are subscribed; the first one gets what has waited as well. Completes
   * behind the last message, however the connection has ended, at once for who comes later; errors with `Invalid`
   * while an iterator waits for a message.
   */
  readonly messages$: Observable<OutboundMessage>;
  /** Resolves when the connection has ended: why, and whether the server has sent a close frame. Never rejects. */
  readonly closed: Promise<OutboundClosed>;
  /**
   * Sends a message, and resolves when it has left this process.
   *
   * @param type `TEXT` or `BINARY`; by default a text is sent as text, and bytes as binary
   * @returns rejects with `Unavailable` if the connection has ended, or does before the message has left, and with
   * `Invalid` for what is neither text nor bytes
   */
  send(
    data: string | ArrayBufferView | ArrayBuffer,
    type?: typeof TEXT | typeof BINARY,
  ): Promise<void>;
  /** Sends a ping, and resolves when it has left. Rejects with `Unavailable` after the end. */
  ping(): Promise<void>;
  /**
   * Closes and resolves when that is done; what was sent before is sent before. What comes from then on is dropped.
   * Only the first close counts.
   *
   * @param code default 1000
   * @param reason cut to 123 bytes (W5)
   * @returns rejects with `Invalid` for a code that no close frame may have (W4)
   */
  close(code?: number, reason?: string): Promise<void>;
}

/** A message of the server. */
export type OutboundMessage =
  | { readonly type: typeof TYPE_TEXT; readonly data: string }
  | { readonly type: typeof TYPE_BINARY; readonly data: Uint8Array };

/** How a connection has ended; the first cause counts (Z3). */
export interface OutboundClosed {
  /** 1006: the connection was lost, or the server has not answered a ping. */
  readonly code: number;
  readonly reason: string;
  /** Whether the server has sent a close frame. */
  readonly clean: boolean;
}

/** What `send` sends. */
export const TEXT = 1;
export const BINARY = 2;

/** The types of messages that come. */
export const TYPE_TEXT = 'text';
export const TYPE_BINARY = 'binary';

/** The close codes by name; what each says to a client is in `closeCodes`. */
export const CLOSE_CODES = Object.freeze({
  NORMAL: 1000,
  GOING_AWAY: 1001,
  PROTOCOL_ERROR: 1002,
  UNSUPPORTED_DATA: 1003,
  NO_STATUS: 1005,
  ABNORMAL_CLOSURE: 1006,
  INVALID_PAYLOAD: 1007,
  POLICY_VIOLATION: 1008,
  MESSAGE_TOO_BIG: 1009,
  EXTENSION_MISSING: 1010,
  INTERNAL_ERROR: 1011,
  SERVICE_RESTART: 1012,
  TRY_AGAIN_LATER: 1013,
  BAD_GATEWAY: 1014,
} as const);
