import { isIncarnation, isNodeName, type NodeIdParts } from './incarnate.js';

/** A sign of life: what each node publishes every 500 ms, and hears of all, itself included (D4). */
export interface Beat extends NodeIdParts {
  readonly state: BeatState;
  /** Drawn by chance when its node joins: two nodes of one id differ by it (D5). */
  readonly tag?: number | undefined;
}

/** `asking`: it wants to join under its name (D5); `leaving`: its links end soon, and none begins (D63). */
export type BeatState = 'asking' | 'up' | 'leaving';

/** The major version of the protocol: nodes of different ones do not hear each other (D25). */
const VERSION = 1;

/** Bytes of a beat. A longer one is not looked into. */
export const MAX_BEAT = 256;

/** The array that is encoded. */
export function writeBeat({ name, incarnation, state, tag }: Beat): readonly unknown[] {
  return [VERSION, name, incarnation, state, tag];
}

/** Reads what was decoded; `undefined` for whatever is no beat of this version. Fields that a later release adds are ignored. */
export function readBeat(value: unknown): Beat | undefined {
  if (!Array.isArray(value)) return undefined;
  const [version, name, incarnation, state, tag] = value;
  if (version !== VERSION || !isNodeName(name) || !isIncarnation(incarnation)) return undefined;
  return isBeatState(state) ? { name, incarnation, state, tag } : undefined;
}

function isBeatState(value: unknown): value is BeatState {
  return value === 'asking' || value === 'up' || value === 'leaving';
}
