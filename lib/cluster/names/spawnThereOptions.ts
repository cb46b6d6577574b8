import {
  type Known,
  knownOptions,
  ProcessError,
  type SpawnOptions,
  shown,
} from '../../core/index.js';
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
export function checkSpawnOptions(where: string, id: string, options: SpawnFromOptions): void {
  knownOptions(where, options, where === 'spawn' ? THERE : FROM);
  checkOptions(options);
  if (typeof id === 'string' && id !== '') return;
  throw new ProcessError('Invalid', `${where}: ${shown(id)} is no id of a behaviour`);
}

const THERE: Known<SpawnThereOptions> = { args: true, host: true, messages: true, name: true };
const FROM: Known<SpawnFromOptions> = { ...THERE, linked: true, monitored: true };
