import { type Known, knownOptions, type SpawnOptions } from '../../core/index.js';
import { checkOptions } from '../../runtime/index.js';

/** Options of `cluster.spawn`, for the process that is started on another node (D38). */
export type SpawnThereOptions = Pick<SpawnOptions, 'args' | 'host' | 'messages' | 'name'>;

/** Options of `cluster.spawnFrom`. */
export interface SpawnFromOptions extends SpawnThereOptions {
  /** Whether the process is linked to the one that spawns it, and monitored, before it runs (S1); default no. */
  readonly linked?: boolean | undefined;
  /** Whether `exit$` is in force before it runs; default as `linked`. Without it, it begins when it is subscribed to (N2). */
  readonly monitored?: boolean | undefined;
}

/** @throws ProcessError `Invalid`. */
export function checkSpawnOptions(where: string, options: SpawnFromOptions): void {
  knownOptions(where, options, where === 'spawn' ? THERE : FROM);
  checkOptions(options);
}

const THERE: Known<SpawnThereOptions> = { args: true, host: true, messages: true, name: true };
const FROM: Known<SpawnFromOptions> = { ...THERE, linked: true, monitored: true };
