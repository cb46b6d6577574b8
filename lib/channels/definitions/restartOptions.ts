import { countOption, type Duration, durationOption, knownOptions } from '../../core/index.js';
import {
  type Backoff,
  type BackoffOptions,
  delayOf,
  readBackoff,
} from '../../supervision/index.js';

/** How the process of a channel is restarted, in the words of a supervisor (V2, V5, B25). */
export interface RestartOptions {
  /** Restarts within `period` that are not too many; default 3. `Infinity`: they are not counted. */
  readonly intensity?: number | undefined;
  /** Default 5 s. */
  readonly period?: Duration | undefined;
  /** Waits before restarts; default: they come at once. */
  readonly backoff?: BackoffOptions | undefined;
}

/** The options as read: times in milliseconds. */
export interface RestartPlan {
  readonly intensity: number;
  readonly period: number;
  readonly backoff: Backoff | undefined;
}

/** Reads the options. @throws ProcessError `Invalid` naming the one that is wrong. */
export function readRestart(where: string, options: RestartOptions = {}): RestartPlan {
  knownOptions(`${where}: restart`, options, { intensity: true, period: true, backoff: true });
  const { intensity = 3, period = '5s', backoff } = options;
  return {
    intensity: countOption(`${where}: restart.intensity`, intensity, { min: 0, unlimited: true }),
    period: durationOption(`${where}: restart.period`, period),
    backoff: backoff && readBackoff(backoff),
  };
}

/** The restarts of one process: how long to wait before the next, and when they are too many. */
export class Restarts {
  readonly #times: number[] = [];
  #inARow = 0;

  /** Milliseconds until the next; a text: which limit it would exceed. All times are of the system's uptime. */
  next(
    { intensity, period, backoff }: RestartPlan,
    now: number,
    startedAt: number,
  ): number | string {
    const isStable = backoff !== undefined && now - startedAt >= backoff.stableThreshold;
    this.#inARow = isStable ? 1 : this.#inARow + 1;
    const { maxAttempts = 0 } = backoff ?? {};
    if (maxAttempts > 0 && this.#inARow > maxAttempts) return `maxAttempts is ${maxAttempts}`;
    if (intensity !== Number.POSITIVE_INFINITY) {
      const times = this.#times;
      times.push(now);
      while (now - (times[0] as number) > period) times.shift();
      if (times.length > intensity) return `intensity is ${intensity} in ${period} ms`;
    }
    return backoff === undefined ? 0 : delayOf(backoff, this.#inARow);
  }
}
