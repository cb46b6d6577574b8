import {
  countOption,
  type Duration,
  durationOption,
  type Known,
  knownOptions,
  ProcessError,
} from '../core/index.js';
import { type OriginPolicy, originPolicy } from './originPolicy.js';

/**
 * Checks the options of a relay.
 *
 * @param where whose options they are, for the text
 * @throws ProcessError `Invalid`, naming the option.
 */
export function readOptions(where: string, options: RelayOptions): RelaySettings {
  knownOptions(where, options, RELAY_OPTIONS);
  const { host, maxConnections = DEFAULT_MAX_CONNECTIONS, flowControl = true } = options;
  if (host !== undefined && (typeof host !== 'string' || host === '')) {
    throw new ProcessError('Invalid', 'host: give a non-empty text');
  }
  if (typeof flowControl !== 'boolean') {
    throw new ProcessError('Invalid', 'flowControl: give true or false');
  }
  const unlimited = maxConnections === 0 || maxConnections === Number.POSITIVE_INFINITY;
  return {
    isAllowed: originPolicy(options.allowedOrigins),
    maxPayload: options.maxPayload ?? DEFAULT_MAX_PAYLOAD,
    handshakeTimeout: timeout('handshakeTimeout', options.handshakeTimeout ?? HANDSHAKE_TIMEOUT),
    hub: {
      ...(host !== undefined && { host }),
      maxBuffered: countOption('maxBuffered', options.maxBuffered ?? DEFAULT_MAX_BUFFERED),
      maxConnections: unlimited
        ? Number.POSITIVE_INFINITY
        : countOption('maxConnections', maxConnections, { min: 0, unlimited: true }),
      pingInterval: timeout('pingInterval', options.pingInterval ?? '30s'),
      closeTimeout: timeout('closeTimeout', options.closeTimeout ?? '5s'),
      flowControl,
    },
  };
}

/** Options of a relay: every limit has a finite default (Q2). */
export interface RelayOptions {
  /**
   * Whose pages may connect, beside the server's own (H6): a list, or one text with commas, of
   * `https://app.example.com`, `https://*.example.com`, `app.example.com:8443` or `*`. Default: none.
   */
  readonly allowedOrigins?: string | readonly string[];
  /** The host id that connections live under, which their PIDs show (O1). */
  readonly host?: string;
  /** The largest message a client may send, in bytes, below 2 GiB; default 1 MiB. The client sees 1009. */
  readonly maxPayload?: number;
  /** How many bytes may wait for a client that does not read; default 4 MiB. It is closed with 1013. */
  readonly maxBuffered?: number;
  /** Open connections at a time; default 65,536; 0 or Infinity: no limit. Further ones get 503. */
  readonly maxConnections?: number;
  /** How often clients are pinged, and how long they have to answer; default 30 s; 0: never (Q1). */
  readonly pingInterval?: Duration;
  /** How long a client may take to answer a close frame; default 5 s (Z3). */
  readonly closeTimeout?: Duration;
  /** How long a handler may take to end its response; default 10 s; 0: for ever (H11). */
  readonly handshakeTimeout?: Duration;
  /** Whether a client is not read while its target is behind; default true (Q2). */
  readonly flowControl?: boolean;
}

/** The options of a relay, each of which is known. */
export const RELAY_OPTIONS: Known<RelayOptions> = {
  allowedOrigins: true,
  host: true,
  maxPayload: true,
  maxBuffered: true,
  maxConnections: true,
  pingInterval: true,
  closeTimeout: true,
  handshakeTimeout: true,
  flowControl: true,
};

/** How long an answer to a handshake may take, in milliseconds, unless a relay says otherwise. */
export const HANDSHAKE_TIMEOUT = 10_000;

const DEFAULT_MAX_PAYLOAD = 1024 * 1024;
const DEFAULT_MAX_BUFFERED = 4 * 1024 * 1024;
const DEFAULT_MAX_CONNECTIONS = 65_536;

/** The options, checked, with their defaults. */
export interface RelaySettings {
  readonly isAllowed: OriginPolicy;
  readonly maxPayload: number;
  /** Whole milliseconds. */
  readonly handshakeTimeout: number;
  /** For the hub. */
  readonly hub: {
    readonly host?: string;
    readonly maxBuffered: number;
    readonly maxConnections: number;
    readonly pingInterval: number;
    readonly closeTimeout: number;
    readonly flowControl: boolean;
  };
}

/** Node's timers take no more than 31 bits of milliseconds, and fire at once beyond. */
const timeout = (name: string, value: Duration): number =>
  Math.min(durationOption(name, value), 2 ** 31 - 1);
