import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How much later than due the event loop has run timers since the last look, in seconds, by quantile. */
export class EventLoopLag {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION });

  start(): void {
    this.#delay.enable();
  }

  /** Begins anew after it. */
  read(): [quantile: string, seconds: number][] {
    const lags = QUANTILES.map((quantile): [string, number] => {
      // Node measures the time between two ticks, of which the resolution is meant.
      const nanos = this.#delay.percentile(quantile * 100) - RESOLUTION * 1e6;
      return [`${quantile}`, Math.max(0, nanos) / 1e9];
    });
    this.#delay.reset();
    return lags;
  }

  stop(): void {
    this.#delay.disable();
  }
}

/** Milliseconds between two looks. */
const RESOLUTION = 20;
/** 1 is the maximum. */
const QUANTILES = [0.5, 0.99, 1] as const;
