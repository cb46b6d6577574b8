import type { Address, RelayConfig } from '../codec/index.js';
import type { Foreign, Kernel, Process } from '../runtime/index.js';
import { rejoinOf, rejoinProblem } from './rejoin.js';
import type { Route } from './state.js';

/** The route to a target, as a handler has asked for it. */
export function routeTo({ pid }: Target, config: RelayConfig): Route {
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
export function routeProblem({ supervision }: Target, config: RelayConfig): string | undefined {
  return rejoinProblem(rejoinOf(undefined, config), supervision?.by !== undefined);
}

/** To whom a connection talks: a process of this node, or of another one in the cluster. */
export type Target = Process | Foreign;

/** The living process at an address: of a PID or a name, or in its place in a supervision tree. */
export function findTarget(kernel: Kernel, address: Address): Target | undefined {
  if (typeof address === 'string') return findLiving(kernel, address);
  const team = kernel.resolve(address.supervisor)?.supervision?.team;
  const pid = team?.pidOf(address.id);
  return pid === undefined ? undefined : kernel.resolve(pid);
}

/** Whoever lives at a PID or a name. A process of another node counts as alive while its node is up (D52). */
export function findLiving(kernel: Kernel, to: string): Target | undefined {
  const found = kernel.reach(to);
  return found !== undefined && isForeign(found) && !found.running ? undefined : found;
}

/** Whether a target is a process of another node. */
export function isForeign(target: Target): target is Foreign {
  return 'ask' in target;
}
