import {
  countOption,
  type Duration,
  durationOption,
  type Known,
  knownOptions,
  ProcessError,
  wholeMillis,
} from '../core/index.js';

/** Back-off as read: times in milliseconds. */
export interface Backoff {
  readonly initial: number;
  readonly max: number;
  readonly factor: number;
  readonly jitter: number;
  readonly maxAttempts: number;
  readonly stableThreshold: number;
  readonly random: () => number;
}

/** How long a supervisor waits before a restart (V5). */
export interface BackoffOptions {
  /** The first delay; default 1 s. */
  readonly initial?: Duration | undefined;
  /** The cap of the delay before jitter; default 90 s. */
  readonly max?: Duration | undefined;
  /** What each delay is multiplied by for the next; default 2, at least 1. */
  readonly factor?: number | undefined;
  /** The part of the delay by which it varies either way, from 0 to 1; default 0.1. */
  readonly jitter?: number | undefined;
  /** Restarts in a row before the supervisor gives up; default 0, unlimited. */
  readonly maxAttempts?: number | undefined;
  /** A child that has run for so long begins again with the first delay; default 5 s. */
  readonly stableThreshold?: Duration | undefined;
  /** A number from 0 to 1 for the jitter; default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

const OPTIONS: Known<BackoffOptions> = {
  initial: true,
  max: true,
  factor: true,
  jitter: true,
  maxAttempts: true,
  stableThreshold: true,
  random: true,
};

/** Reads back-off options. @throws ProcessError `Invalid` naming the field. */
export function readBackoff(options: BackoffOptions): Backoff {
  knownOptions('backoff', options, OPTIONS);
  const { factor = 2, jitter = 0.1, maxAttempts = 0, random = Math.random } = options;
  const initial = durationOption('backoff.initial', options.initial ?? '1s');
  const max = durationOption('backoff.max', options.max ?? '90s');
  check(initial > 0, 'initial is longer than 0');
  check(max >= initial, 'max is at least initial');
  check(isFrom(1, factor) && factor < Infinity, 'factor is a number from 1 on');
  check(isFrom(0, jitter) && jitter <= 1, 'jitter is a number from 0 to 1');
  countOption('backoff.maxAttempts', maxAttempts, { min: 0 });
  check(typeof random === 'function', 'random is a function');
  const stableThreshold = durationOption(
    'backoff.stableThreshold',
    options.stableThreshold ?? '5s',
  );
  return { initial, max, factor, jitter, maxAttempts, stableThreshold, random };
}

/** The delay before the nth restart in a row; the jitter comes after the cap (V5). */
export function delayOf(backoff: Backoff, attempt: number): number {
  const { initial, max, factor, jitter, random } = backoff;
  const delay = Math.min(max, initial * factor ** (attempt - 1));
  return wholeMillis(delay * (1 + jitter * (2 * random() - 1)));
}

const isFrom = (least: number, value: unknown): boolean =>
  typeof value === 'number' && value >= least;

function check(holds: boolean, rule: string): void {
  if (!holds) throw new ProcessError('Invalid', `backoff.${rule}`);
}
