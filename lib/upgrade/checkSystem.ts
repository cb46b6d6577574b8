import { ProcessError } from '../core/index.js';
import { kernelOf, type System } from '../runtime/index.js';

/** Refuses what is no system, options in its place say. @throws ProcessError `Invalid`. */
export function checkSystem(where: string, system: System): void {
  if (typeof system === 'object' && system !== null && kernelOf in system) return;
  throw new ProcessError('Invalid', `${where}: give a system, as createSystem makes it`);
}
