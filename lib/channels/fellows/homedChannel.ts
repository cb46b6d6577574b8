import type { Pid } from '../../core/index.js';
import type { Position } from '../history/historyStore.js';
import { type Attended, type Cast, frames } from './frames.js';
import type { Home } from './home.js';
import type { HomeRooms } from './homeRooms.js';
import type { Item } from './line.js';
import { Outbox, type OutboxWorld } from './outbox.js';
import type { Replica } from './replica.js';
import { Waiters } from './waiters.js';
import { type SearchWorld, type Seeker, Whereabouts } from './whereabouts.js';

/**
 * A channel that has a home, as this node has it: where that is, what was sent to it and has no place yet, and who waits
 * for it. With members here it attends, and so has a replica.
 */
export class HomedChannel implements Seeker {
  readonly #waiters = new Waiters();
  readonly #where: Whereabouts;
  readonly #outbox: Outbox;
  #home: Home | undefined;
  /** How many messages the home has told since it has said where the stream is; `undefined`: it has not. */
  #casts: number | undefined;
  #attends = false;

  constructor(
    readonly name: string,
    readonly world: HomedWorld,
    readonly replica: Replica,
  ) {
    this.#where = new Whereabouts(name, world, this);
    this.#outbox = new Outbox(name, world, () => this.homeFellow);
  }

  /** The home, if it is here and open. */
  get home(): Home | undefined {
    return this.#home?.isOpen ? this.#home : undefined;
  }

  /** Whether somebody waits for the home. */
  get isBusy(): boolean {
    return this.#waiters.size + (this.#home?.waiting ?? 0) > 0 || !this.#outbox.isEmpty;
  }

  /** The fellow on the node where the home is; `undefined`: not known, or here. */
  get homeFellow(): Pid | undefined {
    const { away } = this.#where;
    return away && this.world.own.fellowOf(away);
  }

  /** Whether its home may be here, and has not begun. */
  get isSeeking(): boolean {
    return this.#where.isSeeking;
  }

  /** Whether a member may begin here now, behind a position that it may have from another node. */
  isReadyFor(since: Position | undefined): boolean {
    return this.home !== undefined || this.replica.knows(since);
  }

  /** Sends a message; `false`: too much is held already. */
  send(item: Item): boolean {
    if (this.home !== undefined) {
      if (this.home.isFull) return false;
      this.home.take(item);
      return true;
    }
    if (!this.#outbox.add(item)) return false;
    this.#where.step({ type: 'needed' });
    this.#outbox.flush();
    return true;
  }

  /** Calls back once the home has said what there is; gives how that is taken back. */
  whenReady(run: () => void): () => void {
    // A replica that lacks something: what the home answers is behind all that it has shown until then.
    if (this.#casts !== undefined && this.#waiters.size === 0) this.#tellHome(frames.where);
    const stop = this.#waiters.add(run);
    this.attend();
    return stop;
  }

  /** There are members, or will be. */
  attend(): void {
    // Also where it attends: a home that was lost while nobody needed it was not looked for.
    this.#where.step({ type: 'needed' });
    if (this.#attends) return;
    this.#attends = true;
    this.#askToAttend();
  }

  /** Deletes it where its home is. */
  delete(): void {
    if (this.home !== undefined) return this.home.delete(() => this.world.deleteHere(this.name));
    this.#outbox.delete();
    this.#where.step({ type: 'needed' });
  }

  // --- what the home says -------------------------------------------------------------------------------

  attended([, stream, entries, isWhole, got]: Attended): void {
    this.#casts = 0;
    this.got(got);
    this.replica.attended(stream, entries, isWhole);
    this.#waiters.call();
  }

  cast([, count, text, place, aim]: Cast): void {
    if (this.#casts === undefined) return;
    if (count === this.#casts + 1) {
      this.#casts++;
      this.replica.cast(text, place, aim);
    } else this.#askToAttend();
  }

  got(n: number): void {
    this.#outbox.confirm(n);
  }

  deleted(): void {
    this.world.deleteHere(this.name);
    this.replica.end();
    this.#casts = undefined;
    this.#attends = false;
    if (this.#waiters.size > 0) this.attend();
  }

  /** Whether its home is to be looked for. */
  get isNeeded(): boolean {
    return this.world.isNeeded(this);
  }

  sought(): void {
    this.#casts = undefined;
    this.world.rooms.lost(this.name);
  }

  /** There is a home, or this node has heard only now of the fellow there: what it has for that is sent. */
  found(): void {
    this.#askToAttend();
    this.#outbox.again();
  }

  // --- the home is here -----------------------------------------------------------------------------------

  /** The process that has its name has begun on this node. */
  begun(home: Home): void {
    this.#home = home;
    this.#where.step({ type: 'begun', home: home.pid });
  }

  /** It has its store. */
  opened(home: Home): void {
    this.replica.moveHere();
    this.#outbox.moveTo(home, () => this.world.deleteHere(this.name));
    this.world.rooms.here(this.name);
    this.#waiters.call();
  }

  /** It is over, with messages of this node that have no place. */
  closed(home: Home, items: readonly Item[]): void {
    this.#home = undefined;
    // Who is a member here began where there was nothing to attend.
    this.#attends = true;
    this.replica.moveAway(home.position);
    this.world.rooms.lost(this.name);
    this.#outbox.takeBack(items);
    this.#where.step({ type: 'lost', home: home.pid });
  }

  /** Nobody needs it on this node any more. */
  end(): void {
    this.#tellHome(frames.unattend);
    this.#where.stop();
    this.#outbox.stop();
    this.replica.end();
  }

  #tellHome(topic: typeof frames.where): void {
    if (this.homeFellow) this.world.own.tell(this.homeFellow, topic, [this.name]);
  }

  #askToAttend(): void {
    const { homeFellow } = this;
    if (homeFellow === undefined || !this.#attends) return;
    this.#casts = undefined;
    this.world.rooms.attend(this.name, homeFellow, this.replica);
  }
}

/** What it finds around it. */
export interface HomedWorld extends SearchWorld, OutboxWorld {
  /** Its process, wherever that is. */
  readonly rooms: Pick<HomeRooms, 'attend' | 'here' | 'lost' | 'deleted' | 'isBusy'>;
  isNeeded(channel: HomedChannel): boolean;
  deleteHere(name: string): boolean;
}
