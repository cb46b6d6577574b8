/**
 * The history of channels on disk, so that it outlives the server: a store over `classic-level`, which has to be installed.
 *
 * Begin with `levelStore.ts`; `diskStore.ts` keeps in memory what is on disk, `journal.ts` writes behind it, and `diskRecord.ts`
 * is what stands there.
 *
 * @module
 */
export { type LevelStoreOptions, levelStore } from './levelStore.js';
