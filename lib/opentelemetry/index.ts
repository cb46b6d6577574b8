/**
 * Traces and metrics of OpenTelemetry, whose `@opentelemetry/api` has to be installed; where they go, its SDK
 * decides.
 *
 * Begin with `openTelemetry.ts`; `messageSpans.ts` follows messages between processes, `upgradeSpans.ts` handshakes, and
 * `relayMeters.ts` shows what a relay counts.
 *
 * @module
 */
export { type OpenTelemetry, type OpenTelemetryOptions, openTelemetry } from './openTelemetry.js';
