import type { Unsubscribable } from 'rxjs';
import type { Pid } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import { plainOf } from '../broker/replay.js';
import type { ChannelHistory } from '../history/channelHistory.js';
import type { Entry } from '../history/historyStore.js';
import { type FellowProcess, PAUSE } from './fellowProcess.js';
import {
  type Aim,
  type CastPlace,
  type EntryThere,
  type Extent,
  frames,
  type Place,
} from './frames.js';

/**
 * The nodes that attend a channel, as its home has them: each is told everything in order. One whose link is full is
 * told nothing more until it has room, and then what was recorded meanwhile.
 */
export class Attendants {
  readonly #broker: Broker;
  readonly #own: FellowProcess;
  readonly #name: string;
  readonly #got: (fellow: Pid) => number;
  readonly #all = new Map<Pid, Attendant>();
  #clock: Unsubscribable | undefined;

  constructor(broker: Broker, own: FellowProcess, name: string, got: (fellow: Pid) => number) {
    this.#broker = broker;
    this.#own = own;
    this.#name = name;
    this.#got = got;
  }

  get size(): number {
    return this.#all.size;
  }

  add(fellow: Pid, have: Place | undefined): void {
    this.#all.set(fellow, { casts: 0, have, isBehind: false });
    this.tell(fellow);
  }

  remove(fellow: Pid): void {
    this.#all.delete(fellow);
  }

  /** A message has its place. */
  cast(text: string, place: CastPlace | undefined, aim: Aim | undefined): void {
    for (const [fellow, attendant] of this.#all) {
      if (attendant.isBehind) this.#lose(fellow, place);
      else if (
        this.#own.tell(fellow, frames.cast, [this.#name, attendant.casts + 1, text, place, aim])
      ) {
        attendant.casts++;
        const { have } = attendant;
        if (place !== undefined && have !== undefined) attendant.have = [have[0], place[0]];
      } else this.#fallBehind(attendant);
    }
  }

  /** The channel was deleted: nobody attends it any more. */
  delete(): void {
    for (const fellow of this.#all.keys()) this.#own.tell(fellow, frames.deleted, [this.#name]);
    this.#all.clear();
  }

  end(): void {
    this.#all.clear();
    this.#clock?.unsubscribe();
  }

  /** What was recorded gets there later. */
  #lose(fellow: Pid, place: CastPlace | undefined): void {
    if (place === undefined) this.#broker.kernel.events.drop(fellow, 'overflow');
  }

  #fallBehind(attendant: Attendant): void {
    attendant.isBehind = true;
    this.#clock ??= this.#broker.after(PAUSE, () => {
      this.#clock = undefined;
      for (const [fellow, each] of this.#all) if (each.isBehind) this.tell(fellow);
    });
  }

  /** Tells one where the stream is, with all that it lacks. */
  tell(fellow: Pid): void {
    const attendant = this.#all.get(fellow);
    if (attendant === undefined) return;
    const history = this.#broker.histories.of(this.#name);
    const { stream, entries, isWhole } = history ? missing(history, attendant.have) : NOTHING;
    const got = this.#got(fellow);
    const payload = [this.#name, stream, entries, isWhole, got] as const;
    if (!this.#own.tell(fellow, frames.attended, payload)) return this.#fallBehind(attendant);
    attendant.casts = 0;
    attendant.isBehind = false;
    attendant.have = stream && [stream[0], stream[1]];
  }
}

interface Attendant {
  /** How many messages it was told since it knows where the stream is. */
  casts: number;
  /** Where its replica is. */
  have: Place | undefined;
  isBehind: boolean;
}

const NOTHING = { stream: undefined, entries: [], isWhole: true } as const;

/** What a replica lacks of a stream: what came after it, or all. */
function missing(
  { extent, store, name, plan }: ChannelHistory,
  have: Place | undefined,
): { stream: Extent; entries: readonly EntryThere[]; isWhole: boolean } {
  const { epoch, top, floor } = extent;
  const [its, offset = 0] = have ?? [];
  const isKnown = its === epoch && offset <= top && offset >= floor;
  const later = isKnown ? store.after(name, offset, MOST, plan) : undefined;
  if (later?.more === false) {
    return { stream: [epoch, top, floor], entries: later.entries.map(crossing), isWhole: false };
  }
  // Of more than a message may have, the newest.
  const { entries, more } = store.page(name, top + 1, MOST, plan);
  const lost = more ? (entries[0]?.offset ?? 1) - 1 : floor;
  return { stream: [epoch, top, lost], entries: entries.map(crossing), isWhole: true };
}

const crossing = (entry: Entry): EntryThere => [
  ...([entry.offset, entry.at, entry.key] as const),
  plainOf(entry),
];

/** What a node is told at once of a stream: less than an entry of the cluster may have. */
const MOST = { count: Number.POSITIVE_INFINITY, bytes: 8 * 1024 * 1024 };
