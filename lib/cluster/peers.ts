import { Subscription } from 'rxjs';
import type { Kernel } from '../runtime/index.js';
import { Carrier } from './carrier.js';
import type { Hello } from './hello.js';
import { type EndReason, Peer, type PeerWorld, type Session } from './peer.js';
import { dispatch } from './relations/dispatch.js';
import type { Shared } from './relations/shared.js';
import type { Frames } from './transport/frames.js';
import type { Entry } from './wire/entry.js';
import { isGreeting } from './wire/frame.js';

export type { EndReason, Peer, Session };

/** The other nodes by their ids, and the frames to and from them. */
export class Peers implements PeerWorld {
  readonly kernel: Kernel;
  readonly packer: PeerWorld['packer'];
  readonly hello: Hello;
  readonly maxMessage: number;
  readonly isStrict: boolean;
  readonly carrier: Carrier;
  isUp = false;
  /** How often NATS was reached, but for the first time. */
  reconnects = -1;
  readonly #frames: Frames;
  /** What is between nodes beside their processes, in the order in which it is forgotten with a lost node (D9). */
  readonly #shared: readonly Shared[];
  /** Those of them that entries of a kind may be for. */
  readonly #takers = new Map<Entry['kind'], Shared[]>();
  #observer!: PeersObserver;
  readonly #peers = new Map<string, Peer>();
  readonly #running = new Subscription();

  constructor({ kernel, packer, hello, plan, isStrict, frames, shared }: PeersOptions) {
    this.kernel = kernel;
    this.packer = packer;
    this.hello = hello;
    this.maxMessage = plan.maxMessage;
    this.isStrict = isStrict;
    this.carrier = new Carrier(kernel, plan.propagate);
    this.#frames = frames;
    this.#shared = shared;
    for (const part of shared) {
      for (const kind of part.kinds) {
        this.#takers.set(kind, [...(this.#takers.get(kind) ?? []), part]);
      }
    }
  }

  start(observer: PeersObserver): void {
    this.#observer = observer;
    this.#frames.receive(this, this.#running);
  }

  /** This node has left: it is alone. */
  stop(): void {
    this.#running.unsubscribe();
    for (const peer of this.#peers.values()) peer.close();
    this.#peers.clear();
  }

  find(id: string): Peer | undefined {
    return this.#peers.get(id);
  }

  /** The peer with an id, made if it is missing; it has no link before it `begin`s. */
  open(id: string): Peer {
    let peer = this.#peers.get(id);
    if (peer === undefined) {
      peer = new Peer(id, this);
      this.#peers.set(id, peer);
    }
    return peer;
  }

  /** Forgets a peer. One that has said bye is answered for a while, because it waits for that. */
  drop(peer: Peer, hasLeft: boolean): void {
    const forget = (): void => {
      peer.close();
      if (this.#peers.get(peer.id) === peer) this.#peers.delete(peer.id);
    };
    if (!hasLeft) return forget();
    const clock = this.kernel.after(LINGER, () => {
      this.#running.remove(clock);
      forget();
    });
    this.#running.add(clock);
  }

  /** Sends what is queued and a bye on every link. */
  leave(millis: number): void {
    for (const peer of this.#peers.values()) peer.leave(millis);
  }

  counts(): ReturnType<Peer['relations']['counts']>[] {
    return [...this.#peers.values()].map(({ relations }) => relations.counts());
  }

  /** Whether there is a session that may still say something. */
  get isLinked(): boolean {
    return [...this.#peers.values()].some((peer) => peer.isOpen);
  }

  /** A node is lost, or begins anew: what it shares is forgotten, then who had to do with its processes is told (D9). */
  lose({ relations }: Session): void {
    for (const part of this.#shared) part.lost(relations.node);
    relations.end();
  }

  // --- frames -------------------------------------------------------------------------------------------

  setUp(isUp: boolean): void {
    if (isUp && !this.isUp) this.reconnects++;
    this.isUp = isUp;
    for (const peer of this.#peers.values()) peer.setUp(isUp);
  }

  frame(from: string, bytes: Uint8Array | undefined): void {
    if (bytes === undefined) return this.#observer.heard(from, 'refused');
    // Others may come of an incarnation that was frozen and has a successor by now; they begin nothing (D5).
    this.#observer.heard(from, isGreeting(bytes) ? 'hello' : 'sign');
    this.#peers.get(from)?.receive(bytes);
  }

  publisher(to: string): (bytes: Uint8Array) => void {
    return this.#frames.publisher(to);
  }

  maxFrame(): number {
    return this.#frames.max;
  }

  began({ session }: Peer): void {
    for (const part of this.#shared) part.state(session);
    session.post({ kind: 'ready' });
  }

  take(session: Session, entry: Entry): void {
    if (entry.kind === 'ready') {
      session.isComplete = true;
      // Of one that is over by now, nothing is up: another has its place already.
      if (session.relations.phase === 'beginning') this.#observer.linked(session);
      return;
    }
    if (!session.isComplete && !STATE.has(entry.kind)) return this.#early(session, entry);
    const isShared = this.#takers.get(entry.kind)?.some((part) => part.take(session, entry));
    if (isShared !== true) dispatch(session.relations, entry);
  }

  #early({ relations }: Session, { kind }: Entry): void {
    const text = `${relations.node} has sent a ${kind} before its state is complete (D14)`;
    this.kernel.events.warning('forged', text);
  }

  pressed({ relations }: Peer, isPressed: boolean): void {
    relations.pressure.pressAll(isPressed);
  }

  linkEnded(peer: Peer, reason: EndReason): void {
    this.#observer.ended(peer, reason);
  }
}

/** What peers are made from. */
export interface PeersOptions {
  readonly kernel: Kernel;
  readonly packer: PeerWorld['packer'];
  readonly hello: Hello;
  readonly plan: {
    readonly maxMessage: number;
    readonly propagate: ConstructorParameters<typeof Carrier>[1];
  };
  readonly isStrict: boolean;
  readonly frames: Frames;
  readonly shared: readonly Shared[];
}

/** Who decides what becomes of a peer. */
export interface PeersObserver {
  /** Something has come from a node: the first frame of a link, another one, or word that nobody is there. */
  heard(id: string, what: 'hello' | 'sign' | 'refused'): void;
  /** All of its state has come: it is up for users (D14). */
  linked(session: Session): void;
  ended(peer: Peer, reason: EndReason): void;
}

/** What the state of a node is made of (D14). */
const STATE: ReadonlySet<Entry['kind']> = new Set(['group', 'name']);

/** Milliseconds for which the last word of a node that leaves is acknowledged again, if need be. */
const LINGER = 2_000;
