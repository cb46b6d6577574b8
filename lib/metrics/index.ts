/**
 * The relay for Prometheus: what it counts, as metrics of `prom-client`, which has to be installed.
 *
 * @module
 */
export { relayMetrics } from './relayMetrics.js';
