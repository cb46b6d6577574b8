import type { IncomingMessage } from 'node:http';
import type { Duration, Known } from '../core/index.js';
import type { Overflow } from '../protocol/index.js';
import type { IntakeOptions } from '../ws/index.js';
import type { ConnectionKey } from './connectionKey.js';

/** Options of a relay: every limit has a finite default (Q2). */
export interface RelayOptions<R = IncomingMessage> extends IntakeOptions {
  /**
   * Whose pages may connect, beside the server's own (H6): a list, or one text with commas, of
   * `https://app.example.com`, `https://*.example.com`, `app.example.com:8443`, `null` or `file://`. Default: none.
   */
  readonly allowedOrigins?: string | readonly string[];
  /**
   * Has to be true where `allowedOrigins` has a `*`, with which a page of any site connects with its visitor's
   * cookies (H14). Default false.
   */
  readonly dangerouslyAllowAnyOrigin?: boolean;
  /** Whether a handshake without `Origin`, which no browser sends, gets 403; default false (H14). */
  readonly requireOrigin?: boolean;
  /** The host id that connections live under, which their PIDs show (O1). */
  readonly host?: string;
  /** The largest message a client may send, in bytes, below 2 GiB; default 1 MiB. The client sees 1009. */
  readonly maxPayload?: number;
  /** Fragments of one message; default one a KiB of `maxPayload`, at least 1,024. The client sees 1008 (Q8). */
  readonly maxFragments?: number;
  /** How many bytes may wait for a client that does not read; default 4 MiB. It is closed with 1013. */
  readonly maxBuffered?: number;
  /**
   * How many bytes may wait for all clients together, unsent or unread; default 256 MiB; 0 or Infinity: no
   * limit. Beyond it those who hold most are closed with 1013 (Q12).
   */
  readonly maxTotalBuffered?: number;
  /** What may become of a frame that waits for a client, where its `ws.send` does not say; default `'close'` (W7). */
  readonly overflow?: Overflow;
  /**
   * Open connections at a time, and handshakes with their handlers; default 65,536; 0 or Infinity: no limit.
   * Further ones get 503.
   */
  readonly maxConnections?: number;
  /**
   * By what a connection is counted beside all others: `({ ip }) => ip`, or the id of its user. It is asked before
   * the handler, and answers at once; `undefined`: by nothing. Default: by nothing (H16).
   */
  readonly connectionKey?: ConnectionKey<R>;
  /** As `maxConnections`, for those of one key; default 100; 0 or Infinity: no limit. Further ones get 429. */
  readonly maxPerKey?: number;
  /** Upgrades that go to their handlers, in a second; default 10,000; 0 or Infinity: no limit. More get 503 (H17). */
  readonly upgradesPerSecond?: number;
  /** How often clients are pinged, and how long they have to answer; default 30 s; 0: never (Q1). */
  readonly pingInterval?: Duration;
  /** How long a client may take to answer a close frame; default 5 s (Z3). */
  readonly closeTimeout?: Duration;
  /** How long a handler may take to end its response; default 10 s; 0: for ever (H11). */
  readonly handshakeTimeout?: Duration;
  /** How many bytes of a client are kept before its 101; then it is not read until then; default 64 KiB (H15). */
  readonly maxEarly?: number;
  /** Whether a client is not read while its target is behind; default true (Q2). */
  readonly flowControl?: boolean;
}

/** The options of a relay, each of which is known. */
export const RELAY_OPTIONS: Known<RelayOptions> = {
  allowedOrigins: true,
  dangerouslyAllowAnyOrigin: true,
  requireOrigin: true,
  host: true,
  maxPayload: true,
  maxFragments: true,
  messagesPerSecond: true,
  bytesPerSecond: true,
  overRate: true,
  messageTimeout: true,
  holdTimeout: true,
  idleTimeout: true,
  maxBuffered: true,
  maxTotalBuffered: true,
  overflow: true,
  maxConnections: true,
  connectionKey: true,
  maxPerKey: true,
  upgradesPerSecond: true,
  pingInterval: true,
  closeTimeout: true,
  handshakeTimeout: true,
  maxEarly: true,
  flowControl: true,
};
