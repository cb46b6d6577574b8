import { filter } from 'rxjs';
import type { Kernel } from '../runtime/index.js';
import type { ClusterPlan } from './clusterOptions.js';
import { Groups } from './groups/groups.js';
import type { Membership } from './membership/membership.js';
import { Names } from './names/names.js';
import { Spawner } from './names/spawner.js';
import type { Shared } from './relations/shared.js';
import { ForeignConnections } from './relay/foreignConnections.js';
import type { Transport } from './transport/transport.js';

/** What nodes share beside their processes, and what this node has of it. */
export class SharedParts {
  readonly groups: Groups;
  readonly names: Names;
  readonly spawner: Spawner;
  /** In the order in which they are forgotten with a lost node (D9). */
  readonly list: readonly Shared[];

  constructor(kernel: Kernel, { registry }: Transport, plan: ClusterPlan) {
    this.groups = new Groups(kernel, plan);
    this.names = new Names(kernel, registry);
    this.spawner = new Spawner(kernel, plan.spawnable);
    const connections = new ForeignConnections(kernel);
    this.list = [this.groups, this.names.directory, connections, this.spawner];
  }

  start(
    membership: Membership,
    status$: Parameters<Names['start']>[1],
    { state$ }: Pick<Transport, 'state$'>,
  ): void {
    this.names.start(membership, status$, state$.pipe(filter((state) => state === 'up')));
  }

  /** Nothing is begun any more, and what others could ask for is given back; `said` is called when that is done (D63). */
  leave(said: () => void): void {
    this.spawner.isLeaving = true;
    this.names.leave(said);
  }

  /** Whether something is still to be said before this node may go. */
  get isBusy(): boolean {
    return this.names.isDeleting;
  }
}
