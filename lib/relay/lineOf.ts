import type { Process } from '../runtime/index.js';
import { Connection } from './connection.js';
import type { Line } from './line.js';

/**
 * The connection that a process is, for a target that writes to very many: without a message, a turn and a
 * command for each frame.
 */
export function lineOf(process: Process): Line | undefined {
  const { extension } = process;
  return extension instanceof Connection ? extension : undefined;
}
