import type { Hello } from './hello.js';
import { PeerLink } from './link/peerLink.js';
import type { EndReason, LinkStats } from './link/state.js';
import { LinkHealth } from './linkHealth.js';
import { drawTag } from './membership/incarnate.js';
import type { Relations } from './relations/relations.js';
import { Session, type SessionWorld } from './session.js';

export type { EndReason, Session };

/** Another node, as this one deals with it: one link, and one session after the other. */
export class Peer {
  readonly id: string;
  session: Session;
  readonly #world: PeerWorld;
  readonly #health: LinkHealth;
  #link: PeerLink | undefined;

  constructor(id: string, world: PeerWorld) {
    this.id = id;
    this.#world = world;
    this.#health = new LinkHealth(world.kernel, id);
    this.session = this.#newSession();
  }

  get relations(): Relations {
    return this.session.relations;
  }

  /** Begins the link, if there is none. */
  begin(): void {
    if (this.#link !== undefined) return;
    const world = this.#world;
    const { kernel } = world;
    const publish = world.publisher(this.id);
    this.#link = new PeerLink({
      queue: kernel.queue,
      now: () => kernel.uptime(),
      after: (millis, run) => kernel.after(millis, run),
      hello: world.hello.bytes,
      drawTag,
      maxMessage: world.maxMessage,
      maxFrame: () => world.maxFrame(),
      judge: (hello) => world.hello.judge(hello),
      publish: (bytes) => {
        publish(bytes);
        this.#health.again(this.#link?.again ?? 0);
      },
      began: (hello) => this.#began(hello),
      arrived: (body) => this.session.read(body),
      pressed: () => this.#pressed(true),
      relieved: () => this.#pressed(false),
      ended: (reason) => world.linkEnded(this, reason),
      warn: (code, text) => kernel.events.warning(code, `${this.id}: ${text}`),
    });
    this.#link.setUp(world.isUp);
  }

  /**
   * What is shared is told in a turn, because the end of the session before has its turn too: a busy node may not have come
   * to that, and would forget the new session with the old one.
   */
  #began(hello: Uint8Array): void {
    const { session } = this;
    session.meta = this.#world.hello.metaOf(hello);
    const tell = (): void => {
      if (this.session === session) this.#world.began(this);
    };
    this.#world.kernel.queue.push({ receive: tell }, undefined);
  }

  #pressed(isPressed: boolean): void {
    this.#health.pressed(isPressed);
    this.#world.pressed(this, isPressed);
  }

  setUp(isUp: boolean): void {
    this.#link?.setUp(isUp);
  }

  receive(bytes: Uint8Array): void {
    this.#link?.receive(bytes);
  }

  leave(millis: number): void {
    this.relations.leave();
    this.#link?.leave(millis);
  }

  /** Whether it has a session that may still say something. */
  get isOpen(): boolean {
    return this.#link?.hasSession === true;
  }

  /** Whether a link has begun. */
  get isLinked(): boolean {
    return this.#link !== undefined;
  }

  /** The session has ended, and another one may begin; in a turn of its own, `tell` tells who is concerned. */
  renew(tell: (over: Session) => void): void {
    const over = this.session;
    over.close();
    this.session = this.#newSession();
    this.#world.kernel.queue.push({ receive: () => tell(over) }, undefined);
  }

  /** Ends the link for good; the session is `renew`ed by who knows why. */
  close(): void {
    this.#link?.close();
    this.#health.stop();
  }

  stats(): LinkStats | undefined {
    return this.#link?.stats();
  }

  #newSession(): Session {
    return new Session(this.id, this.#world, () => this.#link);
  }
}

/** What a peer stands on, and whom it tells. */
export interface PeerWorld extends SessionWorld {
  readonly hello: Hello;
  /** Whether the transport is up. */
  readonly isUp: boolean;
  maxFrame(): number;
  /** What sends frames to a node. */
  publisher(to: string): (bytes: Uint8Array) => void;
  /** A session is open: the state of this node goes first (D14). */
  began(peer: Peer): void;
  /** Half of the window is taken, or no longer (D55). */
  pressed(peer: Peer, isPressed: boolean): void;
  linkEnded(peer: Peer, reason: EndReason): void;
}
