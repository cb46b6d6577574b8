import {
  countOption,
  type Duration,
  durationOption,
  knownOptions,
  ProcessError,
  shown,
} from '../core/index.js';

/** Options of `relay.drain` (Q14). */
export interface DrainOptions {
  /** How many connections are told to close at a time; default 100. More if the deadline asks for it. */
  readonly batch?: number;
  /** How long until the next batch; default 100 ms. */
  readonly interval?: Duration;
  /** When whoever is left is cut off; default 30 s. All are told in the first half of it. */
  readonly deadline?: Duration;
  /** The close code: 1012, the server restarts, which is the default, or 1001, it goes away. */
  readonly code?: 1001 | 1012;
  /** How long a client is to wait at least before it comes back; default 1 s. Also the `Retry-After` of the 503. */
  readonly retryAfter?: Duration;
  /** How much longer it is to wait at the most, by chance, so that not all come back at once; default 10 s. */
  readonly jitter?: Duration;
  /** A number from 0 up to 1; for specs. */
  readonly random?: () => number;
}

/** Reads the options, with times in milliseconds. @throws ProcessError `Invalid` naming the option. */
export function readDrainOptions(options: DrainOptions): DrainSettings {
  knownOptions('drain', options, KNOWN);
  const { batch = 100, code = 1012, random = Math.random } = options;
  if (code !== 1001 && code !== 1012) {
    throw new ProcessError('Invalid', `code: give 1012 or 1001, not ${shown(code)}`);
  }
  if (typeof random !== 'function') {
    throw new ProcessError('Invalid', `random: give a function, not ${shown(random)}`);
  }
  return {
    batch: countOption('batch', batch),
    interval: timer('interval', options.interval ?? 100),
    deadline: timer('deadline', options.deadline ?? '30s'),
    code,
    retryAfter: durationOption('retryAfter', options.retryAfter ?? '1s'),
    jitter: durationOption('jitter', options.jitter ?? '10s'),
    random,
  };
}

/** The options, checked, with their defaults and with times in milliseconds. */
export interface DrainSettings {
  readonly batch: number;
  readonly interval: number;
  readonly deadline: number;
  readonly code: 1001 | 1012;
  readonly retryAfter: number;
  readonly jitter: number;
  readonly random: () => number;
}

const KNOWN = {
  batch: true,
  interval: true,
  deadline: true,
  code: true,
  retryAfter: true,
  jitter: true,
  random: true,
} as const;

/** Node's timers take no more than 31 bits of milliseconds, and fire at once beyond (H7). */
const timer = (name: string, value: Duration): number =>
  Math.min(durationOption(name, value), 2 ** 31 - 1);
