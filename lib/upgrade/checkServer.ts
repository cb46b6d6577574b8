import { ProcessError } from '../core/index.js';

/**
 * Refuses what is no server. An application of Express has `on`, too, and would hear of no upgrade.
 *
 * @throws ProcessError `Invalid`, with the advice.
 */
export function checkServer(where: string, server: Listening, advice: string): void {
  if (typeof server?.on === 'function' && typeof server.address === 'function') return;
  throw new ProcessError('Invalid', `${where}: ${advice}`);
}

/** What a server of Node has. */
interface Listening {
  readonly on: unknown;
  readonly address: unknown;
}
