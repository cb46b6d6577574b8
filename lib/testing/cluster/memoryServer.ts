import type { Delivery, TransportPlace } from '../../cluster/index.js';
import { MemoryKeys } from './memoryKeys.js';
import type { MemoryNetwork } from './memoryNetwork.js';
import {
  type MemoryHub,
  MemoryNode,
  type MemorySubscription,
  type Publication,
  type Session,
} from './memoryNode.js';

/** The server of `memoryNats`: who is connected, and what each gets. What is broken of it is set from outside. */
export class MemoryServer implements MemoryHub {
  readonly keys = new MemoryKeys();
  readonly nodes = new Set<MemoryNode>();
  /** Of all that were ever connected. */
  readonly names = new Set<string>();
  /** The connections that the server knows; it may not know yet that one is dead, or a node not. */
  readonly sessions = new Set<Session>();
  /** Each cut is one of its own, so that what follows from an earlier one is not taken for its. */
  readonly cuts = new Map<string, object>();
  readonly frozen = new Set<string>();
  /** Which side of a split each node is on; who is on none reaches all. */
  readonly sides = new Map<string, number>();
  readonly #leaving = new WeakSet<Session>();
  isUp = true;
  hasKeys = true;

  constructor(
    readonly network: MemoryNetwork,
    readonly maxPayload: number,
  ) {}

  connect(place: TransportPlace): MemoryNode {
    const node = new MemoryNode(place, this);
    this.nodes.add(node);
    this.names.add(node.name);
    this.dial(node, this.network.latency);
    return node;
  }

  /** Tries to connect; who fails is tried again when what is in the way has ended. */
  dial(node: MemoryNode, millis = RECONNECT + this.network.latency): void {
    this.network.later(() => {
      const isReachable = this.isUp && this.#isTold(node);
      if (!isReachable || !this.nodes.has(node) || node.session !== undefined) return;
      for (const old of this.sessions) if (old.node === node) this.sessions.delete(old);
      const session = { node };
      this.sessions.add(session);
      node.change(session);
    }, millis);
  }

  /** A node finds out that its connection is dead. */
  drop(node: MemoryNode): void {
    if (node.session === undefined || !this.nodes.has(node)) return;
    node.change(undefined);
    this.dial(node);
  }

  /** After a fault that its node could not see has ended: what is left of its connection? */
  resume(node: MemoryNode): void {
    if (node.session === undefined) this.dial(node);
    else if (!this.sessions.has(node.session)) this.network.later(() => this.drop(node));
  }

  /** Hands a node what waits for it, and looks whether its connection is still there. */
  wake(node: MemoryNode): void {
    this.network.later(() => {
      if (this.isFrozen(node)) return;
      node.wake();
      this.resume(node);
    });
  }

  stop(): void {
    this.isUp = false;
    this.sessions.clear();
    for (const node of this.nodes)
      if (this.#isTold(node)) this.network.later(() => this.drop(node));
  }

  start(): void {
    this.isUp = true;
    for (const node of this.nodes) if (node.session === undefined) this.dial(node);
  }

  refuse(node: MemoryNode): void {
    this.forget(node);
    this.network.later(() => node.fail());
  }

  reconnect(node: MemoryNode): void {
    this.network.later(() => {
      // A process that is frozen asks for nothing; that its system goes on here is the test's doing.
      if (this.isFrozen(node) || node.session === undefined) return;
      if (this.#isTold(node)) this.sessions.delete(node.session);
      this.drop(node);
    });
  }

  /** What the node has published is on its way already; what is on its way to it arrives, and no more is sent there. */
  leave(node: MemoryNode, done: () => void): void {
    if (node.session !== undefined) this.#leaving.add(node.session);
    const lanes = [...this.nodes].map((from) => from.laneTo(node));
    let open = lanes.push(node.laneTo(node));
    this.nodes.delete(node);
    const arrive = (): void => {
      open -= 1;
      if (open > 0) return;
      this.forget(node);
      done();
    };
    for (const lane of lanes) this.network.deliver(lane, arrive);
  }

  /** The end of a node's connection, of which the server knows. */
  forget(node: MemoryNode): void {
    this.nodes.delete(node);
    for (const session of this.sessions) if (session.node === node) this.sessions.delete(session);
  }

  publish(from: Session, { subject, bytes, reply }: Publication): void {
    if (!this.#isAlive(from)) return;
    const tokens = subject.split('.');
    let isHeard = false;
    for (const to of this.sessions) {
      if (!this.#reaches(from, to) || this.#leaving.has(to)) continue;
      for (const subscription of to.node.subscriptions) {
        if (!subscription.pattern.fits(tokens)) continue;
        isHeard = true;
        this.#send(from, to, subscription, { subject, bytes, isRefusal: false });
      }
    }
    if (!isHeard && reply !== undefined) this.#refuse(from, reply);
  }

  /** "No responders" goes to who has published, where it hears its own reply subject. */
  #refuse(from: Session, reply: string): void {
    const tokens = reply.split('.');
    const heard = [...from.node.subscriptions].find(({ pattern }) => pattern.fits(tokens));
    if (heard === undefined) return;
    this.#send(from, from, heard, { subject: reply, bytes: new Uint8Array(), isRefusal: true });
  }

  #send(from: Session, to: Session, subscription: MemorySubscription, delivery: Delivery): void {
    this.network.carry(from.node.laneTo(to.node), () => {
      // Whatever has broken meanwhile takes with it what is on its way.
      if (!this.#isAlive(to) || !this.#reaches(from, to)) return;
      to.node.whenAwake(() => {
        if (to.node.subscriptions.has(subscription)) subscription.receive(delivery);
      });
    });
  }

  /** Asks the keys. What is done is done, also when the answer does not arrive. */
  ask<T>(
    node: MemoryNode,
    question: (keys: MemoryKeys) => T,
    answer: (value: T) => void,
    fail: (why: string) => void,
  ): void {
    const { session } = node;
    if (session === undefined) return this.network.later(() => fail('no connection to NATS'));
    node.whenAwake(() => {
      // A side without most of the servers has no quorum: the keys are with the first.
      if (!this.#isAlive(session) || (this.sides.get(node.name) ?? 0) > 0) return;
      const value = this.hasKeys ? question(this.keys) : undefined;
      const tell = this.hasKeys ? () => answer(value as T) : () => fail('the server has none');
      this.network.deliver(node.laneTo(node), () => {
        if (this.#isAlive(session)) node.whenAwake(tell);
      });
    });
  }

  /** Whether the end of a connection gets to the other end of it. */
  #isTold(node: MemoryNode): boolean {
    return !this.cuts.has(node.name) && !this.isFrozen(node);
  }

  isFrozen(node: MemoryNode): boolean {
    return this.frozen.has(node.name);
  }

  #isAlive(session: Session): boolean {
    return this.sessions.has(session) && !this.cuts.has(session.node.name);
  }

  #reaches(from: Session, to: Session): boolean {
    const [one, other] = [from, to].map(({ node }) => this.sides.get(node.name));
    return one === undefined || other === undefined || one === other;
  }
}

/** Milliseconds until a client that has lost its connection dials (D59). */
const RECONNECT = 100;
