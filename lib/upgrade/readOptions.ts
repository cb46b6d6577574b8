import { isOverflow } from '../codec/index.js';
import {
  countOption,
  type Duration,
  durationOption,
  knownOptions,
  limitOption,
  ProcessError,
} from '../core/index.js';
import type { Overflow } from '../protocol/index.js';
import type { ConnectionKey } from './connectionKey.js';
import { type OriginPolicy, originPolicy } from './originPolicy.js';
import { MAX_EARLY } from './pendingSocket.js';
import { RELAY_OPTIONS, type RelayOptions } from './relayOptions.js';

export type { RelayOptions };

/**
 * Checks the options of a relay.
 *
 * @param where whose options they are, for the text
 * @throws ProcessError `Invalid`, naming the option.
 */
export function readOptions(where: string, options: RelayOptions): RelaySettings {
  knownOptions(where, options, RELAY_OPTIONS);
  const { host, connectionKey, flowControl = true } = options;
  if (host !== undefined && (typeof host !== 'string' || host === '')) {
    throw new ProcessError('Invalid', 'host: give a non-empty text');
  }
  for (const name of SWITCHES) {
    if (options[name] === undefined || typeof options[name] === 'boolean') continue;
    throw new ProcessError('Invalid', `${name}: give true or false`);
  }
  if (connectionKey !== undefined && typeof connectionKey !== 'function') {
    throw new ProcessError('Invalid', 'connectionKey: give a function, (request) => a text');
  }
  if (connectionKey === undefined && options.maxPerKey !== undefined) {
    throw new ProcessError('Invalid', 'maxPerKey: does nothing without connectionKey');
  }
  const { overflow = 'close', maxTotalBuffered = DEFAULT_MAX_TOTAL_BUFFERED } = options;
  if (!isOverflow(overflow)) {
    throw new ProcessError('Invalid', "overflow: give 'close', 'dropOldest' or 'latest'");
  }
  return {
    isAllowed: originPolicy(options),
    connectionKey,
    upgradesPerSecond: limitOption('upgradesPerSecond', options.upgradesPerSecond ?? 10_000),
    maxPayload: options.maxPayload ?? DEFAULT_MAX_PAYLOAD,
    handshakeTimeout: timeout('handshakeTimeout', options.handshakeTimeout ?? HANDSHAKE_TIMEOUT),
    maxEarly: countOption('maxEarly', options.maxEarly ?? MAX_EARLY),
    hub: {
      ...(host !== undefined && { host }),
      maxBuffered: countOption('maxBuffered', options.maxBuffered ?? DEFAULT_MAX_BUFFERED),
      maxTotalBuffered: limitOption('maxTotalBuffered', maxTotalBuffered),
      overflow,
      maxConnections: limitOption('maxConnections', options.maxConnections ?? 65_536),
      maxPerKey: limitOption('maxPerKey', options.maxPerKey ?? 100),
      pingInterval: timeout('pingInterval', options.pingInterval ?? '30s'),
      closeTimeout: timeout('closeTimeout', options.closeTimeout ?? '5s'),
      flowControl,
    },
  };
}

/** How long an answer to a handshake may take, in milliseconds, unless a relay says otherwise. */
export const HANDSHAKE_TIMEOUT = 10_000;

const SWITCHES = ['flowControl', 'dangerouslyAllowAnyOrigin', 'requireOrigin'] as const;

const DEFAULT_MAX_PAYLOAD = 1024 * 1024;
const DEFAULT_MAX_BUFFERED = 4 * 1024 * 1024;
const DEFAULT_MAX_TOTAL_BUFFERED = 256 * 1024 * 1024;

/** The options, checked, with their defaults. */
export interface RelaySettings {
  readonly isAllowed: OriginPolicy;
  readonly connectionKey: ConnectionKey | undefined;
  readonly upgradesPerSecond: number;
  readonly maxPayload: number;
  /** Whole milliseconds. */
  readonly handshakeTimeout: number;
  readonly maxEarly: number;
  /** For the hub. */
  readonly hub: {
    readonly host?: string;
    readonly maxBuffered: number;
    readonly maxTotalBuffered: number;
    readonly overflow: Overflow;
    readonly maxConnections: number;
    readonly maxPerKey: number;
    readonly pingInterval: number;
    readonly closeTimeout: number;
    readonly flowControl: boolean;
  };
}

/** Node's timers take no more than 31 bits of milliseconds, and fire at once beyond. */
const timeout = (name: string, value: Duration): number =>
  Math.min(durationOption(name, value), 2 ** 31 - 1);
