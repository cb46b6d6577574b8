import type { Broker } from '../broker/broker.js';
import { deliver, picksOf } from '../broker/deliver.js';
import { plainOf } from '../broker/replay.js';
import type { ChannelHistory } from '../history/channelHistory.js';
import type { Entry, Position } from '../history/historyStore.js';
import { Encoded } from '../messages/encoded.js';
import { aimingOf } from './aimOf.js';
import type { Aim, CastPlace, EntryThere, Extent, Place } from './frames.js';
import { loseTrack } from './loseTrack.js';
import type { Replicas } from './replicas.js';

/**
 * A channel as the members of this node are shown it: up to which place, and what of it is kept here while its home is
 * elsewhere. Nobody is shown a message twice, or one behind a gap without being told.
 */
export class Replica {
  readonly #broker: Broker;
  readonly #replicas: Replicas;
  readonly #name: string;
  /** Up to where members were shown the stream. */
  #shown: Position | undefined;
  #isThere = false;

  constructor(broker: Broker, replicas: Replicas, name: string) {
    this.#broker = broker;
    this.#replicas = replicas;
    this.#name = name;
  }

  /** Whether there is something in it. */
  get isKept(): boolean {
    return this.#replicas.has(this.#name);
  }

  /** Whether a member may begin here, behind a position: one that this node was told of, and not only another one. */
  knows(since: Position | undefined): boolean {
    const shown = this.#shown;
    if (!this.#isThere) return false;
    if (since === undefined || shown === undefined) return true;
    return since.epoch === shown.epoch && since.offset <= shown.offset;
  }

  /** What it has of the stream. */
  get have(): Place | undefined {
    return this.isKept ? this.shown : undefined;
  }

  /** Up to where members were shown the stream, also at a home that was here. */
  get shown(): Place | undefined {
    return this.#shown && [this.#shown.epoch, this.#shown.offset];
  }

  /** The home tells all that is missing, or all. */
  attended(stream: Extent | undefined, entries: readonly EntryThere[], isWhole: boolean): void {
    const plan = this.#broker.histories.planOf(this.#name);
    this.#isThere = true;
    if (stream === undefined || plan === undefined) return;
    const [epoch, top, floor] = stream;
    if (isWhole) {
      const kept = entries.map(([offset, at, key, plain]) => ({ offset, at, key, plain }));
      this.#replicas.adopt({ name: this.#name, epoch, top, floor, entries: kept }, plan);
      return this.#catchUp();
    }
    // Of two answers to a node that has asked twice the second one has again what came with the first.
    const { offset: shown = 0 } = this.#shown ?? {};
    for (const [offset, at, key, text] of entries) {
      if (offset > shown) this.cast(text, [offset, at, key], undefined);
    }
    this.#replicas.reach(this.#name, top);
    this.#shown = { epoch, offset: top };
  }

  /** The home has given a message its place. */
  cast(text: string, place: CastPlace | undefined, aim: Aim | undefined): void {
    const plan = this.#broker.histories.planOf(this.#name);
    const encoded = Encoded.crossed(text, this.#name);
    if (place === undefined || plan === undefined) return this.#deliver(encoded, aim);
    const [offset, at, key] = place;
    const entry = this.#replicas.apply(this.#name, { offset, at, key, plain: text }, plan);
    this.#shown = { epoch: this.#shown?.epoch ?? '', offset };
    this.#show(encoded, entry);
  }

  /** The home is on this node from now on, where its own store has the stream. */
  moveHere(): void {
    this.#isThere = false;
    this.#catchUp();
    this.#replicas.release(this.#name);
  }

  /** The home was on this node, and members were shown the stream up to here; one without its store has shown nothing. */
  moveAway(shown: Position | undefined): void {
    this.#shown = shown ?? this.#shown;
  }

  /** Nobody here needs it any more. */
  end(): void {
    this.#isThere = false;
    this.#shown = undefined;
    this.#replicas.release(this.#name);
  }

  /** Shows members what they have not seen of the stream, or tells them that this is not known. */
  #catchUp(): void {
    const history = this.#broker.histories.of(this.#name);
    const shown = this.#shown;
    if (history === undefined) return;
    const { epoch, top, floor } = history.extent;
    this.#shown = { epoch, offset: top };
    if (shown === undefined) return;
    if (epoch !== shown.epoch || shown.offset < floor || shown.offset > top)
      return loseTrack(this.#broker, history);
    const { entries } = history.store.after(this.#name, shown.offset, ALL, history.plan);
    for (const entry of entries) this.#show(Encoded.crossed(plainOf(entry), this.#name), entry);
  }

  #show(encoded: Encoded, { offset, key, frame }: Entry): void {
    const history = this.#broker.histories.of(this.#name);
    encoded.recorded({ offset, key, ...(history && { history }) }, frame);
    this.#deliver(encoded, undefined, history);
  }

  #deliver(encoded: Encoded, aim: Aim | undefined, history?: ChannelHistory): void {
    const channel = this.#broker.channels.find(this.#name);
    if (channel === undefined) return;
    deliver(this.#broker, channel, encoded, { picks: picksOf(aimingOf(aim)), history });
  }
}

const ALL = { count: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
