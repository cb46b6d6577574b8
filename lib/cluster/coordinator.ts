import { BehaviorSubject, Subject } from 'rxjs';
import { ProcessError } from '../core/index.js';
import type { Kernel, Route } from '../runtime/index.js';
import { Deferred } from './deferred.js';
import type { Membership, News } from './membership/membership.js';
import type { ClusterStatus, DownReason } from './membership/state.js';
import { type ClusterNode, clusterNode, type NodesEvent } from './nodesEvent.js';
import type { EndReason, Peer, Peers, PeersObserver, Session } from './peers.js';
import type { SharedParts } from './sharedParts.js';
import type { Transport } from './transport/transport.js';

/** What a node does in a cluster: lets the links follow what the membership decides, and tells whoever is concerned. */
export class Coordinator implements PeersObserver {
  readonly parts: SharedParts;
  /** This node. */
  readonly node: ClusterNode;
  readonly kernel: Kernel;
  readonly #transport: Transport;
  readonly peers: Peers;
  #membership!: Membership;
  readonly status$ = new BehaviorSubject<ClusterStatus>('connecting');
  readonly changes$ = new Subject<NodesEvent>();
  readonly ready = new Deferred();
  #leaving: Promise<void> | undefined;
  /** Looks whether all links have ended and all names are free, while it leaves. */
  #said: (() => void) | undefined;
  /** Why it has left without being asked to: the transport has ended, or the name is another's. */
  #failure: unknown;

  constructor({ kernel, node, transport, peers, parts }: CoordinatorParts) {
    this.parts = parts;
    this.node = node;
    this.kernel = kernel;
    this.#transport = transport;
    this.peers = peers;
  }

  /** Joins: from now on addresses of other nodes lead there. The membership tells `follow` its decisions. */
  start(membership: Membership, route: Route): void {
    this.#membership = membership;
    this.kernel.route = route;
    this.#transport.state$.subscribe({
      error: (error) => {
        this.#failure = error;
      },
    });
    this.peers.start(this);
    membership.start();
  }

  /** The other nodes that are up. */
  nodes(): readonly ClusterNode[] {
    return this.#membership
      .nodes()
      .filter(({ state }) => state === 'up' || state === 'leaving')
      .map(({ id, meta }) => clusterNode(id, meta));
  }

  /** All whom this node knows of. */
  views(): ReturnType<Membership['nodes']> {
    return this.#membership.nodes();
  }

  /** Leaves; a second call waits for the same end. */
  leave(millis: number): Promise<void> {
    this.#leaving ??= this.#leave(millis);
    return this.#leaving;
  }

  async #leave(millis: number): Promise<void> {
    this.#membership.take({ type: 'leave' });
    this.parts.leave(() => this.#said?.());
    await new Promise<void>((resolve) => {
      const clock = this.kernel.after(millis, resolve);
      this.#said = () => {
        if (this.peers.isLinked || this.parts.isBusy) return;
        clock.unsubscribe();
        resolve();
      };
      this.peers.leave(millis);
      this.#said();
    });
    await new Promise<void>((complete) => this.#transport.close().subscribe({ complete }));
    await new Promise<void>((complete) => this.status$.subscribe({ complete }));
  }

  /** Does what the membership has decided. */
  follow(news: News): void {
    switch (news.type) {
      case 'begin':
        return this.peers.open(news.id).begin();
      case 'up':
        return this.#up(news.id, news.meta);
      case 'end':
        return this.#down(news.id, news.reason, news.wasUp);
      case 'absent':
        return this.#absent(news.id);
      case 'status':
        return this.#says(news.status);
      case 'ready':
        return this.ready.resolve();
      case 'taken':
        this.#failure = nameTaken(this.node.name);
        return this.ready.reject(this.#failure);
    }
  }

  heard(id: string, what: 'hello' | 'sign' | 'refused'): void {
    this.#membership.take({ type: what, id });
  }

  linked({ relations, meta }: Session): void {
    this.#membership.take({ type: 'linked', id: relations.node, meta });
  }

  #up(id: string, meta: unknown): void {
    this.peers.open(id).relations.begin();
    this.kernel.events.node({ type: 'nodeUp', node: id });
    this.changes$.next({ kind: 'node.up', node: clusterNode(id, meta) });
  }

  ended(peer: Peer, reason: EndReason): void {
    if (reason === 'reset' || reason === 'left') {
      return this.#membership.take({ type: 'ended', id: peer.id, reason });
    }
    if (reason === 'refused') peer.renew(({ relations }) => relations.end());
    this.#said?.();
  }

  /** All that has to do with the lost node ends, in one turn and in this order (D9). */
  #down(id: string, reason: DownReason, wasUp: boolean): void {
    const peer = this.peers.open(id);
    peer.renew((over) => {
      this.peers.lose(over);
      if (!wasUp) return;
      this.#behind(() => {
        this.kernel.events.node({ type: 'nodeDown', node: id, reason });
        this.changes$.next({ kind: 'node.down', node: clusterNode(id, over.meta), reason });
      });
    });
    if (reason !== 'reset') this.peers.drop(peer, reason === 'left');
    this.#said?.();
  }

  /** Who waits to hear whether a node is there has waited long enough (D32). */
  #absent(id: string): void {
    const peer = this.peers.open(id);
    const type = this.#membership.absence(id) === 'noproc' ? 'noproc' : 'noconnection';
    const { relations } = peer;
    // An open session goes on: its state is on the way, or, in a node that has much to do, may come before this turn.
    const giveUp = () => relations.phase === 'beginning' && relations.end({ type });
    if (peer.isOpen) return this.#behind(giveUp);
    peer.renew(({ relations }) => relations.end({ type }));
    if (!peer.isLinked) this.peers.drop(peer, false);
  }

  /** Tells something behind all that is told already. */
  #behind(tell: () => void): void {
    this.kernel.queue.push({ receive: tell }, undefined);
  }

  #says(status: ClusterStatus): void {
    if (status === 'left') return this.#left();
    this.status$.next(status);
    if (status !== 'isolated') return;
    const text = `the node ${this.node.name} does not hear itself: NATS is away (D8)`;
    this.kernel.events.warning('isolated', text);
  }

  /** It is alone from now on, and says so when all has been told that ends with its links (D66). */
  #left(): void {
    this.peers.stop();
    this.kernel.route = undefined;
    this.#transport.close().subscribe();
    this.#behind(() => this.#behind(() => this.#tellLeft()));
  }

  #tellLeft(): void {
    const cause = this.#failure;
    const text = `the node ${this.node.name} has left the cluster`;
    if (!this.#leaving) this.kernel.events.warning('left', text, undefined, cause);
    this.status$.next('left');
    this.ready.reject(new ProcessError('Unavailable', text, { cause }));
    this.status$.complete();
    this.changes$.complete();
  }
}

const nameTaken = (name: string): ProcessError =>
  new ProcessError('AlreadyExists', `another node is called ${name}: give each its own name (D5)`);

/** What a coordinator coordinates. */
export interface CoordinatorParts {
  readonly kernel: Kernel;
  readonly node: ClusterNode;
  readonly transport: Transport;
  readonly peers: Peers;
  readonly parts: SharedParts;
}
