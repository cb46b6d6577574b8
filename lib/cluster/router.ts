import { Subscription } from 'rxjs';
import { type ExitReason, isPid, type Pid } from '../core/index.js';
import type { Foreign, Kernel, Route } from '../runtime/index.js';
import type { ClusterPlan } from './clusterOptions.js';
import { Hello } from './hello.js';
import type { EndReason } from './link/state.js';
import type { Membership } from './membership/membership.js';
import { Peer, type PeerWorld } from './peer.js';
import { dispatch } from './relations/dispatch.js';
import type { Session } from './session.js';
import { readFrameSubject, Subjects } from './transport/subjects.js';
import type { Delivery, Transport } from './transport/transport.js';
import type { Entry } from './wire/entry.js';
import type { Packer } from './wire/loadPacker.js';

/** Where addresses of other nodes lead: the peers of a node by their ids, and the frames to and from them. */
export class Router implements Route, PeerWorld {
  readonly kernel: Kernel;
  readonly packer: Packer;
  readonly hello: Hello;
  readonly maxMessage: number;
  readonly peers = new Map<string, Peer>();
  isUp = false;
  readonly #id: string;
  readonly #subjects: Subjects;
  readonly #transport: Transport;
  readonly #ports: RouterPorts;
  readonly #running = new Subscription();

  constructor(plan: ClusterPlan, ports: RouterPorts) {
    this.kernel = ports.kernel;
    this.packer = ports.packer;
    this.maxMessage = plan.maxMessage;
    this.hello = new Hello(ports.packer, plan);
    this.#id = plan.id;
    this.#subjects = new Subjects(plan.cluster);
    this.#transport = ports.transport;
    this.#ports = ports;
  }

  get isStrict(): boolean {
    return this.#transport.strict === true;
  }

  start(): void {
    const transport = this.#transport;
    const gone = (): void => this.#setUp(false);
    this.#running.add(
      transport.subscribe(this.#subjects.frames(this.#id), (each) => this.#frame(each)),
    );
    this.#running.add(
      transport.state$.subscribe({
        next: (state) => this.#setUp(state === 'up'),
        error: gone,
        complete: gone,
      }),
    );
  }

  #setUp(isUp: boolean): void {
    this.isUp = isUp;
    for (const peer of this.peers.values()) peer.setUp(isUp);
  }

  // --- the route of the kernel ----------------------------------------------------------------------

  find(to: string): Foreign | undefined {
    const id = nodeOf(to);
    if (id === undefined || id === this.#id) return undefined;
    const relations = this.#peerOf(id)?.relations;
    return relations?.known(to) ?? (isPid(to) ? relations?.foreign(to) : undefined);
  }

  ownerOf(_name: string): Pid | undefined {
    return undefined;
  }

  absence(to: string): ExitReason {
    const absence = this.#ports.membership().absence(nodeOf(to) ?? '');
    return { type: absence === 'noproc' ? 'noproc' : 'noconnection' };
  }

  cast(): number {
    return 0;
  }

  close(millis: number): Promise<void> {
    return this.#ports.close(millis);
  }

  /** The peer with an id; a link begins with one that may be there (D4). */
  #peerOf(id: string): Peer | undefined {
    const known = this.peers.get(id);
    if (known !== undefined) return known;
    return this.#ports.membership().use(id) === 'beginning' ? this.peer(id) : undefined;
  }

  peer(id: string): Peer {
    let peer = this.peers.get(id);
    if (peer === undefined) {
      peer = new Peer(id, this);
      this.peers.set(id, peer);
    }
    return peer;
  }

  /** Whether there is a link that may still say something. */
  get isLinked(): boolean {
    return [...this.peers.values()].some((peer) => peer.isOpen);
  }

  leave(millis: number): void {
    for (const peer of this.peers.values()) peer.leave(millis);
  }

  /** Forgets a peer. One that has said bye is answered for a while, because it waits for that. */
  drop(peer: Peer, hasLeft: boolean): void {
    const forget = (): void => {
      peer.close();
      if (this.peers.get(peer.id) === peer) this.peers.delete(peer.id);
    };
    if (hasLeft) this.#running.add(this.kernel.after(LINGER, forget));
    else forget();
  }

  /** This node has left: it is alone. */
  stop(): void {
    this.#running.unsubscribe();
    for (const peer of this.peers.values()) peer.close();
    this.peers.clear();
    if (this.kernel.route === this) this.kernel.route = undefined;
  }

  // --- frames -------------------------------------------------------------------------------------------

  /** Who has sent a frame is read from its subject, which the server checks (D60). */
  #frame({ subject, bytes, isRefusal }: Delivery): void {
    const from = readFrameSubject(subject)?.from;
    if (from === undefined) return;
    const membership = this.#ports.membership();
    if (isRefusal) return membership.take({ type: 'refused', id: from });
    const isLinked = this.peers.get(from)?.isLinked === true;
    membership.take({ type: isLinked ? 'sign' : 'hello', id: from });
    this.peers.get(from)?.receive(bytes);
  }

  publish(to: string, bytes: Uint8Array): void {
    const subject = this.#subjects.frame(to, this.#id);
    this.#transport.publish(subject, bytes, this.#subjects.frame(this.#id, to));
  }

  maxFrame(): number {
    return Math.min(MAX_FRAME, this.#transport.maxPayload - 1_024);
  }

  began(peer: Peer): void {
    this.#ports.state(peer.session);
    peer.session.send({ kind: 'ready' }, true);
  }

  take(session: Session, entry: Entry): void {
    if (entry.kind === 'ready') this.#ports.ready(session);
    else if (!this.#ports.take(session, entry)) dispatch(session.relations, entry);
  }

  pressed(): void {}

  linkEnded(peer: Peer, reason: EndReason): void {
    this.#ports.ended(peer, reason);
  }
}

/** What stands around a router. */
export interface RouterPorts {
  readonly kernel: Kernel;
  readonly packer: Packer;
  readonly transport: Transport;
  /** Who is up; made after the router, because each knows the other. */
  membership(): Pick<Membership, 'take' | 'use' | 'absence'>;
  /** Sends what this node has to say at the beginning of a session (D14). */
  state(session: Session): void;
  /** The other node has said so. */
  ready(session: Session): void;
  /** Does what an entry says that is not between two processes; `false` if it is. */
  take(session: Session, entry: Entry): boolean;
  ended(peer: Peer, reason: EndReason): void;
  close(millis: number): Promise<void>;
}

/** Bytes of a frame, if the server takes so many (D22). */
const MAX_FRAME = 256 * 1024;

/** The node in a PID, cheaply: whether the rest is a PID is not looked at. */
function nodeOf(to: string): string | undefined {
  const at = to.charCodeAt(0) === BRACE ? to.indexOf('@') : -1;
  return at < 0 ? undefined : to.slice(1, at);
}

const BRACE = 123;

/** Milliseconds for which the last word of a node that leaves is acknowledged again, if need be. */
const LINGER = 2_000;
