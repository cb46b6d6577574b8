import { concat, defer, type Observable, of } from 'rxjs';
import {
  type Duration,
  durationOption,
  knownOptions,
  type Pid,
  type Self,
  type Spawned,
} from '../core/index.js';
import { type ClusterStats, clusterStats } from './clusterStats.js';
import type { Coordinator } from './coordinator.js';
import type { ClusterStatus } from './membership/state.js';
import type { ClusterNames } from './names/clusterNames.js';
import type { SpawnFromOptions, SpawnThereOptions } from './names/spawnThereOptions.js';
import type { ClusterNode, NodesEvent } from './nodesEvent.js';

/** A system's place in a cluster; made by `joinCluster`. */
export class Cluster {
  readonly #coordinator: Coordinator;
  /** Names that one process of the whole cluster has; they begin with `@`. */
  readonly names: ClusterNames;
  readonly #counted: Pick<ReadonlySet<string>, 'has'>;

  /** @internal */
  constructor(coordinator: Coordinator, counted: Pick<ReadonlySet<string>, 'has'>) {
    this.#coordinator = coordinator;
    this.#counted = counted;
    this.names = coordinator.parts.names;
  }

  /** This node. */
  get node(): ClusterNode {
    return this.#coordinator.node;
  }

  /** Whether other nodes are told only how many are in the groups of a scope, and not who (D48). */
  isCounted(scope: string): boolean {
    return this.#counted.has(scope);
  }

  /** Emits the present status, then each change; completes after `left`. */
  get status$(): Observable<ClusterStatus> {
    return this.#coordinator.status$.asObservable();
  }

  /**
   * Resolves when the node is connected, and linked to everybody whose beat it heard at first.
   *
   * @throws ProcessError `AlreadyExists`: another living node has the name (D5); `Unavailable`: it has left, or NATS has
   * refused it.
   */
  ready(): Promise<void> {
    return this.#coordinator.ready.promise;
  }

  /** The other nodes that are up, as a snapshot. */
  nodes(): readonly ClusterNode[] {
    return this.#coordinator.nodes();
  }

  /** Emits the other nodes that are up, then each change. Cold; completes when this node has left. */
  get nodes$(): Observable<NodesEvent> {
    const first$ = defer(() => of<NodesEvent>({ kind: 'nodes', nodes: this.nodes() }));
    return concat(first$, this.#coordinator.changes$);
  }

  /** Figures of this node and of each link, made when asked. */
  stats(): ClusterStats {
    return clusterStats(this.#coordinator);
  }

  /** @internal What processes of this node have with those of each other one. */
  counts(): ReturnType<Coordinator['peers']['counts']> {
    return this.#coordinator.peers.counts();
  }

  /**
   * Starts a process on another node, by the id of a behaviour that is defined there and listed in its `spawnable`, and
   * emits its PID (D38). Cold: each subscription starts one; to unsubscribe does not end it.
   *
   * @param node its name
   * @throws ProcessError `NotFound`: no such node is up, or it has no such behaviour for others; as `spawn` there (S4, S5);
   * `Unavailable`: the node went down meanwhile, so that the process may run or not; `Invalid`: options, at once, or what
   * cannot cross.
   * @example cluster.spawn('b', 'chat:room', { args: ['lobby'] }).subscribe((pid) => …)
   */
  spawn(node: string, id: string, options?: SpawnThereOptions): Observable<Pid> {
    return this.#coordinator.parts.spawner.spawn(node, id, options);
  }

  /**
   * The same for a process of this node: with `linked` or `monitored`, these relations are in force before the new one
   * runs, so no exit is missed (S1). Emits its PID, and the observable of its exit.
   *
   * @throws ProcessError as `spawn`; `Unavailable` if the process has ended.
   */
  spawnFrom(self: Self, node: string, id: string, options?: SpawnFromOptions): Observable<Spawned> {
    return this.#coordinator.parts.spawner.spawnFrom(self, node, id, options);
  }

  /**
   * Leaves for good: what is queued is sent, others see it at once, and the system goes on alone (D63). A second call
   * waits for the same end; a bad timeout rejects.
   *
   * @param options `timeout`: how long others may take to acknowledge what is queued, default 2 s
   */
  async leave(options: { readonly timeout?: Duration | undefined } = {}): Promise<void> {
    knownOptions('leave', options, { timeout: true });
    const { timeout = 2_000 } = options;
    const millis = durationOption('timeout', timeout);
    return this.#coordinator.leave(millis);
  }
}
