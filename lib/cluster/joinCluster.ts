import { ProcessError, shown } from '../core/index.js';
import { kernelOf, type System } from '../runtime/index.js';
import { assemble } from './assemble.js';
import { Cluster } from './cluster.js';
import { type ClusterOptions, readClusterOptions } from './clusterOptions.js';
import { firstRef } from './firstRef.js';
import { loadPacker } from './wire/loadPacker.js';

/**
 * Makes a system one node of a cluster. Returns at once and connects in the background; `ready()` says when it has.
 *
 * @throws ProcessError `Invalid`: an option that is none, a system whose `node` is not by `incarnate`, or that has joined
 * already (D1); `Unavailable`: it shuts down, or msgpackr is not installed.
 * @example
 * const system = createSystem({ node: incarnate('a') });
 * const cluster = joinCluster(system, { servers: 'nats://127.0.0.1:4222', cluster: 'shop' });
 * await cluster.ready();
 */
export function joinCluster(system: System, options: ClusterOptions = {}): Cluster {
  const kernel = system?.[kernelOf];
  if (kernel === undefined) {
    throw new ProcessError('Invalid', `joinCluster: ${shown(system)} is no system`);
  }
  const plan = readClusterOptions(kernel.node, options);
  if (JOINED.has(kernel)) {
    throw new ProcessError(
      'Invalid',
      'the system has joined a cluster already: make another system',
    );
  }
  if (kernel.hosts.isClosed) {
    throw new ProcessError('Unavailable', 'joinCluster: the system shuts down, and joins nothing');
  }
  const coordinator = assemble(kernel, plan, loadPacker());
  JOINED.add(kernel);
  kernel.giveRefsFrom(firstRef(plan.id));
  return new Cluster(coordinator, plan.countedScopes);
}

/** A system joins once, because its PIDs are known to others for ever. */
const JOINED = new WeakSet<object>();
