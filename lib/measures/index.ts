/**
 * What is measured of a relay, whoever asks for it: `metrics` shows it to Prometheus, `opentelemetry` to a
 * Meter. This folder is not published.
 *
 * Begin with `relayMeasures.ts`; `counts.ts` is what relays count themselves, and `work.ts` what processes do.
 */
export type { Distribution, Measure } from './measure.js';
export { type RelayMeasures, relayMeasures } from './relayMeasures.js';
