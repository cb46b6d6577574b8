import { BehaviorSubject, concat, defer, type Observable, of, Subject } from 'rxjs';
import { ProcessError } from '../core/index.js';
import type { Kernel } from '../runtime/index.js';
import type { ClusterPlan } from './clusterOptions.js';
import type { EndReason } from './link/state.js';
import { parseNodeId } from './membership/incarnate.js';
import { Membership, type News } from './membership/membership.js';
import type { ClusterStatus, DownReason } from './membership/state.js';
import type { Peer } from './peer.js';
import { Router } from './router.js';
import type { Session } from './session.js';
import { Subjects } from './transport/subjects.js';
import type { Transport } from './transport/transport.js';
import type { Packer } from './wire/loadPacker.js';

/** A system's place in a cluster; made by `joinCluster`. */
export class Cluster {
  /** This node. */
  readonly node: ClusterNode;
  readonly #kernel: Kernel;
  readonly #transport: Transport;
  readonly #router: Router;
  readonly #membership: Membership;
  readonly #status$ = new BehaviorSubject<ClusterStatus>('connecting');
  readonly #changes$ = new Subject<NodesEvent>();
  readonly #ready = settled<void>();
  #left: Promise<void> | undefined;
  /** Looks whether all links have ended, while it leaves. */
  #said: (() => void) | undefined;
  /** Why the transport has ended. */
  #failure: unknown;

  /** @internal */
  constructor(kernel: Kernel, plan: ClusterPlan, packer: Packer) {
    const { id, name, meta, incarnation, cluster, replicas } = plan;
    this.node = { name, id, meta };
    this.#kernel = kernel;
    this.#plan = plan;
    const warn = (code: string, text: string): void => kernel.events.warning(code, text);
    this.#transport = plan.transport({ name, incarnation, cluster, replicas, warn });
    this.#router = new Router(plan, {
      ...{ kernel, packer, transport: this.#transport, membership: () => this.#membership },
      state: () => {},
      ready: (session) => this.#linked(session),
      take: () => false,
      ended: (peer, reason) => this.#ended(peer, reason),
      close: (millis) => this.leave({ timeout: millis }),
    });
    const subjects = new Subjects(cluster);
    this.#membership = new Membership({
      ...{ plan, transport: this.#transport, scheduler: kernel.scheduler },
      beats: {
        subject: (of) => subjects.beat(of),
        encode: (beat) => packer.pack(beat),
        decode: (bytes) => firstOf(packer, bytes),
      },
      tell: (news) => this.#tell(news),
    });
    kernel.route = this.#router;
    this.#transport.state$.subscribe({
      error: (error) => {
        this.#failure = error;
      },
    });
    this.#router.start();
    this.#membership.start();
  }

  /** Emits the present status, then each change; completes after `left`. */
  get status$(): Observable<ClusterStatus> {
    return this.#status$.asObservable();
  }

  /**
   * Resolves when the node is connected, and linked to everybody whose beat it heard at first.
   *
   * @throws ProcessError `AlreadyExists`: another living node has the name (D5); `Unavailable`: it has left, or NATS has
   * refused it.
   */
  ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** The other nodes that are up, as a snapshot. */
  nodes(): readonly ClusterNode[] {
    return this.#membership
      .nodes()
      .filter(({ state }) => state === 'up' || state === 'leaving')
      .map(({ name, id, meta }) => ({ name, id, meta }));
  }

  /** Emits the other nodes that are up, then each change. Cold; completes when this node has left. */
  get nodes$(): Observable<NodesEvent> {
    const first$ = defer(() => of<NodesEvent>({ kind: 'nodes', nodes: this.nodes() }));
    return concat(first$, this.#changes$);
  }

  /** Leaves for good: what is queued is sent, and others see it at once (D63). The system goes on alone. */
  leave({ timeout = 2_000 }: { readonly timeout?: number } = {}): Promise<void> {
    this.#left ??= this.#leave(timeout);
    return this.#left;
  }

  async #leave(millis: number): Promise<void> {
    this.#membership.take({ type: 'leave' });
    await new Promise<void>((resolve) => {
      const clock = this.#kernel.after(millis, resolve);
      this.#said = () => {
        if (this.#router.isLinked) return;
        clock.unsubscribe();
        resolve();
      };
      this.#router.leave(millis);
      this.#said();
    });
    await new Promise<void>((complete) => this.#transport.close().subscribe({ complete }));
  }

  #tell(news: News): void {
    switch (news.type) {
      case 'begin':
        return this.#router.peer(news.id).begin();
      case 'up':
        return this.#up(news.id, news.meta);
      case 'end':
        return this.#down(news.id, news.reason, news.wasUp);
      case 'absent':
        return this.#absent(news.id);
      case 'status':
        return this.#says(news.status);
      case 'ready':
        return this.#ready.resolve();
      case 'taken': {
        const text = `another node is called ${this.node.name}: give each a name of its own (D5)`;
        return this.#ready.reject(new ProcessError('AlreadyExists', text));
      }
      case 'full':
        return this.#kernel.events.warning('cluster_full', 'more nodes than are taken in');
    }
  }

  /** The other node has said all of its state: it is up for users (D14). */
  #linked({ relations, meta }: Session): void {
    this.#membership.take({ type: 'linked', id: relations.node, meta });
  }

  #up(id: string, meta: unknown): void {
    this.#router.peer(id).relations.begin();
    const node = viewOf(id, meta);
    this.#kernel.events.node({ type: 'nodeUp', node: id });
    this.#changes$.next({ kind: 'node.up', node });
  }

  #ended(peer: Peer, reason: EndReason): void {
    if (reason === 'reset' || reason === 'left') {
      return this.#membership.take({ type: 'ended', id: peer.id, reason });
    }
    if (reason === 'refused') peer.renew(({ relations }) => relations.end());
    this.#said?.();
  }

  /** All that has to do with the lost node ends, in one turn and in this order (D9). */
  #down(id: string, reason: DownReason, wasUp: boolean): void {
    const peer = this.#router.peer(id);
    peer.renew(({ relations, meta }) => {
      relations.end();
      if (!wasUp) return;
      this.#kernel.events.node({ type: 'nodeDown', node: id, reason });
      this.#changes$.next({ kind: 'node.down', node: viewOf(id, meta), reason });
    });
    if (reason !== 'reset') this.#router.drop(peer, reason === 'left');
    this.#said?.();
  }

  /** Who waits to hear whether a node is there has waited long enough (D32). */
  #absent(id: string): void {
    const peer = this.#router.peer(id);
    const reason = this.#router.absence(`{${id}@`);
    peer.renew(({ relations }) => relations.end(reason));
    if (!peer.isLinked) this.#router.drop(peer, false);
  }

  #says(status: ClusterStatus): void {
    this.#status$.next(status);
    const { events } = this.#kernel;
    if (status === 'isolated') {
      events.warning(
        'isolated',
        `the node ${this.node.name} does not hear itself: NATS is away (D8)`,
      );
    }
    if (status !== 'left') return;
    const cause = this.#failure;
    if (this.#left === undefined)
      events.warning('left', 'NATS has ended the connection', undefined, cause);
    const text = `the node ${this.node.name} has left the cluster`;
    this.#ready.reject(new ProcessError('Unavailable', text, { cause }));
    this.#router.stop();
    this.#status$.complete();
    this.#changes$.complete();
  }
}

/** A node, as its users see it. */
export interface ClusterNode {
  /** As given to `incarnate`. */
  readonly name: string;
  /** With its incarnation, as it stands in its PIDs. */
  readonly id: string;
  /** What it has said of itself by `joinCluster({ meta })`. */
  readonly meta: unknown;
}

/** What `cluster.nodes$` emits: those that are up, then each change. */
export type NodesEvent =
  | { readonly kind: 'nodes'; readonly nodes: readonly ClusterNode[] }
  | { readonly kind: 'node.up'; readonly node: ClusterNode }
  | { readonly kind: 'node.down'; readonly node: ClusterNode; readonly reason: DownReason };

const viewOf = (id: string, meta: unknown): ClusterNode => ({
  name: parseNodeId(id)?.name ?? id,
  id,
  meta,
});

/** A promise with its handle. Whoever does not ask for it does not hear of its failure. */
function settled<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}

/** The one value in bytes; `undefined` if they cannot be read. */
function firstOf(packer: Packer, bytes: Uint8Array): unknown {
  const values: unknown[] = [];
  try {
    packer.unpack(bytes, (value) => values.push(value));
  } catch {
    return undefined;
  }
  return values[0];
}
