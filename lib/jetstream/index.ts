/**
 * The history of channels in JetStream, so that it outlives each node and is of all of them: a store over
 * `@nats-io/jetstream`, which has to be installed.
 *
 * Begin with `jetStreamStore.ts`; `streamStore.ts` has in memory what this node owns, `heldStream.ts` is one stream from its
 * taking to its release, `tail.ts` its end in the log, `streamRecord.ts` what stands there, `readBack.ts` reads it; `log.ts` is the
 * port, and `natsLog.ts` JetStream.
 *
 * @module
 */
export { type JetStreamStoreOptions, jetStreamStore } from './jetStreamStore.js';
