import { countOption, type Duration, durationOption } from '../core/index.js';
import { Counters } from './counters.js';

/** Options of a relay that concern neither the upgrade request nor the wire. */
export interface HubOptions {
  /** The host under which connections live (O1); default `'relay'`, added to the system if missing. */
  readonly host?: string;
  /** How many connections may exist at once, closing ones included; default 65,536. Beyond it: 503. */
  readonly maxConnections?: number;
  /** How many of them may have the same key; default 100. Beyond it: 429 (H16). */
  readonly maxPerKey?: number;
  /** How long a client has to answer a close frame before it is cut off; default 5 s (Z3). */
  readonly closeTimeout?: Duration;
  /** Whether a busy target holds its clients back; default true (Q2). */
  readonly flowControl?: boolean;
  /** Called when a drain or `shutdown` begins, so that sockets which are not connections yet can be closed. */
  readonly onShutdown?: () => void;
  /** Where it counts; default: an object of its own. */
  readonly counters?: Counters;
}

/** Reads the options, with times in milliseconds. @throws ProcessError `Invalid` naming the option. */
export function readHubOptions(options: HubOptions) {
  const { host = 'relay', maxConnections = 65_536, maxPerKey = 100, flowControl = true } = options;
  const { counters = new Counters() } = options;
  countOption('maxConnections', maxConnections, { unlimited: true });
  countOption('maxPerKey', maxPerKey, { unlimited: true });
  const closeTimeout = durationOption('closeTimeout', options.closeTimeout ?? '5s');
  return { host, maxConnections, maxPerKey, flowControl, closeTimeout, counters } as const;
}
