import {
  countOption,
  type Duration,
  durationOption,
  knownOptions,
  ProcessError,
} from '../core/index.js';
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
  const { host, maxConnections = DEFAULT_MAX_CONNECTIONS, flowControl = true } = options;
  if (host !== undefined && (typeof host !== 'string' || host === '')) {
    throw new ProcessError('Invalid', 'host: give a non-empty text');
  }
  for (const name of SWITCHES) {
    if (typeof (options[name] ?? false) === 'boolean') continue;
    throw new ProcessError('Invalid', `${name}: give true or false`);
  }
  const unlimited = maxConnections === 0 || maxConnections === Number.POSITIVE_INFINITY;
  return {
    isAllowed: originPolicy(options),
    maxPayload: options.maxPayload ?? DEFAULT_MAX_PAYLOAD,
    handshakeTimeout: timeout('handshakeTimeout', options.handshakeTimeout ?? HANDSHAKE_TIMEOUT),
    maxEarly: countOption('maxEarly', options.maxEarly ?? MAX_EARLY),
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

/** How long an answer to a handshake may take, in milliseconds, unless a relay says otherwise. */
export const HANDSHAKE_TIMEOUT = 10_000;

const SWITCHES = ['flowControl', 'dangerouslyAllowAnyOrigin', 'requireOrigin'] as const;

const DEFAULT_MAX_PAYLOAD = 1024 * 1024;
const DEFAULT_MAX_BUFFERED = 4 * 1024 * 1024;
const DEFAULT_MAX_CONNECTIONS = 65_536;

/** The options, checked, with their defaults. */
export interface RelaySettings {
  readonly isAllowed: OriginPolicy;
  readonly maxPayload: number;
  /** Whole milliseconds. */
  readonly handshakeTimeout: number;
  readonly maxEarly: number;
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
