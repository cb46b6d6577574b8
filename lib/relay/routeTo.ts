import type { Address, RelayConfig } from '../codec/index.js';
import type { Kernel, Process } from '../runtime/index.js';
import { rejoinOf, rejoinProblem } from './rejoin.js';
import type { Route } from './state.js';

/** The route to a target, as a handler has asked for it. */
export function routeTo({ pid }: Process, config: RelayConfig): Route {
  return {
    target: pid,
    topic: config.message_topic,
    metadata: config.metadata,
    heartbeat: config.heartbeat_interval,
    rejoin: rejoinOf(undefined, config),
    expires: config.expires_at,
  };
}

/** Why there can be no such route to a target (H2 row 9c). */
export function routeProblem({ supervision }: Process, config: RelayConfig): string | undefined {
  return rejoinProblem(rejoinOf(undefined, config), supervision?.by !== undefined);
}

/** The living process at an address: of a PID or a name, or in its place in a supervision tree. */
export function findTarget(kernel: Kernel, address: Address): Process | undefined {
  if (typeof address === 'string') return kernel.resolve(address);
  const team = kernel.resolve(address.supervisor)?.supervision?.team;
  const pid = team?.pidOf(address.id);
  return pid === undefined ? undefined : kernel.resolve(pid);
}
