import { filter, type Observable } from 'rxjs';
import type { Kernel } from '../runtime/index.js';
import type { ClusterPlan } from './clusterOptions.js';
import { Groups, type GroupsOptions } from './groups/groups.js';
import type { Membership } from './membership/membership.js';
import type { ClusterStatus } from './membership/state.js';
import { Names } from './names/names.js';
import { Spawner } from './names/spawner.js';
import type { Shared } from './relations/shared.js';
import type { Transport } from './transport/transport.js';

/** What nodes share beside their processes, and what this node has of it. */
export class SharedParts {
  readonly groups: Groups;
  readonly names: Names;
  readonly spawner: Spawner;
  /** In the order in which they are forgotten with a lost node (D9). */
  readonly list: readonly Shared[];

  constructor(
    { registry }: Transport,
    options: GroupsOptions & { readonly kernel: Kernel; readonly plan: ClusterPlan },
  ) {
    const { kernel, plan } = options;
    this.groups = new Groups(options);
    this.names = new Names(kernel, registry);
    this.spawner = new Spawner(kernel, plan.spawnable);
    this.list = [this.groups, this.names.directory, this.spawner];
  }

  start(
    membership: Membership,
    status$: Observable<ClusterStatus>,
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
