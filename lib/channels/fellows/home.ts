import type { Pid } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import { deliver, picksOf } from '../broker/deliver.js';
import type { Entry, Position } from '../history/historyStore.js';
import { aimOf } from './aimOf.js';
import { Attendants } from './attendants.js';
import type { FellowProcess } from './fellowProcess.js';
import { type Attend, frames, type Place } from './frames.js';
import { HomeStore } from './homeStore.js';
import { type Item, Line } from './line.js';

/**
 * The home of a channel: it gives messages their order and their places, and shows them then, to the members of this
 * node and to all nodes that attend. It opens when its store does, and what comes before that waits.
 */
export class Home {
  readonly attendants: Attendants;
  readonly #broker: Broker;
  readonly #own: FellowProcess;
  readonly #host: HomeHost;
  readonly #store: HomeStore;
  readonly #line: Line;
  readonly #early: Item[] = [];
  readonly #coming = new Map<Pid, Attend>();
  readonly #taken = new Map<string, number>();
  /** The count of each fellow up to which its messages have their places. */
  readonly #placed = new Map<string, number>();
  /** To whom that is to be told. */
  readonly #due = new Set<Pid>();
  #phase: 'opening' | 'open' | 'over' = 'opening';
  /** Where the stream is, as members have been shown it. */
  position: Position | undefined;

  constructor(
    broker: Broker,
    own: FellowProcess,
    readonly name: string,
    readonly pid: Pid,
    host: HomeHost,
  ) {
    this.#broker = broker;
    this.#own = own;
    this.#host = host;
    this.attendants = new Attendants(broker, own, name, (fellow) => this.#placed.get(fellow) ?? 0);
    this.#store = new HomeStore(broker, name, {
      // A store that opens late is no other life for a home that has ended.
      opened: (seen) => this.#phase === 'opening' && this.#opened(seen),
      appended: (entry) => this.isOpen && this.#line.placed(entry),
      ended: (why) => why !== 'released' && host.fallen(this),
    });
    this.#line = new Line(
      (item) => this.#store.give(item),
      (item) => this.#show(item),
      (run) => broker.after(PAUSE, () => this.isOpen && run()),
    );
  }

  get isOpen(): boolean {
    return this.#phase === 'open';
  }

  /** How many messages have no place yet. */
  get waiting(): number {
    return this.#line.items.length + this.#early.length;
  }

  /** Whether more waits for the store than a node may have it hold. */
  get isFull(): boolean {
    return this.waiting >= LIMIT;
  }

  /** Whether no other node has what was recorded. */
  get isOnlyHere(): boolean {
    return this.position !== undefined && !this.#store.isShared;
  }

  open(): void {
    this.#store.open();
  }

  /** A fellow attends from now on. */
  attend(fellow: Pid, asked: Attend): void {
    const [, have, , shown] = asked;
    if (!this.isOpen) this.#coming.set(fellow, asked);
    else if (this.#isBehind(shown)) this.#host.fallen(this);
    else this.attendants.add(fellow, have);
  }

  /** Whether another home has written on in the store, of which this one has heard nothing: it has to look anew. */
  #isBehind(shown: Place | undefined): boolean {
    const { position } = this;
    if (!this.#store.isShared || shown === undefined || position === undefined) return false;
    return shown[0] === position.epoch && shown[1] > position.offset;
  }

  /** A fellow attends no more, or is lost. */
  leave(fellow: Pid): void {
    this.#coming.delete(fellow);
    this.attendants.remove(fellow);
  }

  /** Takes a message, unless it has come before. */
  take(item: Item): void {
    if (!this.isOpen) return void this.#early.push(item);
    if (item.n <= (this.#taken.get(item.from) ?? 0)) return this.#owe(item.from);
    this.#taken.set(item.from, item.n);
    this.#line.add(item);
  }

  /** Deletes the channel when all that was sent before has its place. */
  delete(run: () => void): void {
    this.#line.turn(() => {
      this.#store.forget();
      this.attendants.delete();
      run();
      this.position = this.#broker.histories.of(this.name)?.position;
    });
  }

  /** Does something once all that was sent before has its place: mostly at once. */
  behind(run: () => void): void {
    this.#line.behind(run);
  }

  /** It is over; gives what has no place. */
  end(): readonly Item[] {
    const waiting = [...this.#line.items, ...this.#early];
    this.#phase = 'over';
    this.attendants.end();
    this.#store.end();
    return waiting;
  }

  #opened(seen: ReadonlyMap<string, number>): void {
    this.#phase = 'open';
    for (const [id, n] of seen) {
      this.#taken.set(id, n);
      this.#placed.set(id, n);
    }
    this.position = this.#broker.histories.of(this.name)?.position;
    this.#host.opened(this);
    for (const [fellow, asked] of this.#coming) this.attend(fellow, asked);
    this.#coming.clear();
    for (const item of this.#early.splice(0)) this.take(item);
    this.#host.caughtUp(this);
  }

  #show(item: Item): void {
    if (item.run !== undefined) return item.run();
    const { encoded, aiming, entry, from, n } = item;
    const { channels, histories } = this.#broker;
    const history = entry && histories.of(this.name);
    if (entry !== undefined && history !== undefined) this.#record(item, entry);
    const place = entry && ([entry.offset, entry.at, entry.key] as const);
    // First, as what a member's filter or a listener sends in answer comes behind it.
    this.attendants.cast(encoded.plain, place, aimOf(aiming));
    this.#placed.set(from, n);
    this.#owe(from);
    const channel = channels.open(this.name);
    const picks = picksOf(aiming);
    item.count = deliver(this.#broker, channel, encoded, { picks, history });
    item.done?.(entry?.offset);
  }

  #record({ encoded }: Item, { offset, key, frame }: Entry): void {
    const history = this.#broker.histories.of(this.name);
    encoded.recorded({ offset, key, ...(history && { history }) }, frame);
    const { epoch = '' } = this.position ?? {};
    this.position = { epoch, offset };
  }

  /** Tells a fellow, once a batch, what it need not hold any more. */
  #owe(fellow: Pid): void {
    if (fellow === this.#own.pid) return;
    if (this.#due.size === 0) this.#broker.kernel.queue.afterDrain(() => this.#pay());
    this.#due.add(fellow);
  }

  #pay(): void {
    for (const fellow of this.#due) {
      this.#own.tell(fellow, frames.got, [this.name, this.#placed.get(fellow) ?? 0]);
    }
    this.#due.clear();
  }
}

/** How many messages may wait. */
const LIMIT = 1_000;
/** Milliseconds after which a store that is full is tried again. */
const PAUSE = 100;

/** Who has homes. */
export interface HomeHost {
  /** Its store is there. */
  opened(home: Home): void;
  /** What came before that is on its way. */
  caughtUp(home: Home): void;
  /** It has lost its store. */
  fallen(home: Home): void;
}
