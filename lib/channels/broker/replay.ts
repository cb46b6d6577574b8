import type { Joining } from '../definitions/joining.js';
import type { Beginning, ChannelHistory, Wish } from '../history/channelHistory.js';
import type { Entry, Position } from '../history/historyStore.js';
import type { Member } from '../members/member.js';
import { Encoded } from '../messages/encoded.js';
import { eventId } from '../messages/eventId.js';
import type { Way } from '../table/channel.js';
import { Individually } from '../table/individually.js';
import { tellPosition } from '../table/tellPosition.js';
import type { Broker } from './broker.js';

/**
 * What a member gets of the past when it begins (CH4, CH7): made before its membership, so that its reply can say what
 * follows, and sent behind that, all in one turn (B17).
 */
export class Replay {
  readonly #beginning: Beginning;
  readonly #views: readonly (string | undefined)[];
  /** How many recorded messages were not for it since the last that was. */
  readonly #passed: number;

  constructor(
    readonly history: ChannelHistory,
    beginning: Beginning,
    views: readonly (string | undefined)[],
  ) {
    this.#beginning = beginning;
    this.#views = views;
    this.#passed = views.length - 1 - views.findLastIndex((view) => view !== undefined);
  }

  /** Where the stream is, behind all that is replayed. */
  get position(): Position {
    const { epoch, offset } = this.#beginning;
    return { epoch, offset };
  }

  /** Why it has nothing of what was missed. */
  get reason(): Beginning['reason'] {
    return this.#beginning.reason;
  }

  /** The fields of the reply (CH4, CH5, CH6, CH7). */
  get fields(): object {
    const { entries, ...fields } = this.#beginning;
    return { ...fields, replay: this.#count };
  }

  /** The same for who has not asked, in `rx:subscribed` (B31): its position is before what follows, or it would drop that. */
  get opening(): object {
    const replay = this.#count;
    return { ...this.start, ...(replay > 0 && { replay }) };
  }

  get #count(): number {
    return this.#views.filter((view) => view !== undefined).length;
  }

  /** Where a client is that has got nothing of it yet; `undefined`: where it was before (SE5). */
  get start(): Position | undefined {
    const { epoch, offset, from = offset, recovered } = this.#beginning;
    return recovered === undefined ? { epoch, offset: from } : undefined;
  }

  /** Why a client does not get what it has missed; `undefined`: it does, or has not asked for it. */
  get lost(): Beginning['reason'] {
    return this.#beginning.reason;
  }

  /** Sends it to who is a member now. */
  send(broker: Broker, member: Member): void {
    const { epoch, entries } = this.#beginning;
    const isStream = member.stream?.channel === this.history.name;
    this.#views.forEach((view, i) => {
      const { offset = 0 } = entries[i] ?? {};
      if (view !== undefined)
        member.write(view, isStream ? { id: eventId({ epoch, offset }) } : undefined);
    });
    const way = broker.channels.find(this.history.name)?.ways?.get(member);
    if (way === undefined) return;
    way.passed = this.#passed;
    tellPosition(this.history, member, way, this.position);
  }
}

/** Reads what a member is to get of the past of a channel; `undefined`: it has no history. */
export function replayFor(
  broker: Broker,
  name: string,
  member: Member,
  joining: Joining,
  wish: Wish = {},
): Replay | undefined {
  const replay = read(broker, name, member, joining, wish);
  if (wish.since !== undefined) broker.counters.recover(replay ? replay.reason : 'no_history');
  return replay;
}

function read(
  broker: Broker,
  name: string,
  member: Member,
  joining: Joining,
  wish: Wish,
): Replay | undefined {
  const history = broker.histories.of(name);
  if (history === undefined) return undefined;
  for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
    const beginning = history.begin(wish);
    const views = viewsOf(name, { member, isV1: member.isV1 }, joining, beginning.entries);
    const { epoch, offset } = history.position;
    // A filter may have sent something, which would be neither in the replay nor live.
    if (epoch === beginning.epoch && offset === beginning.offset) {
      return new Replay(history, beginning, views);
    }
  }
  const lost = wish.since && ({ recovered: false, reason: 'too_many' } as const);
  return new Replay(history, { ...history.position, ...lost, entries: [] }, []);
}

/** So often a replay is read for a filter that sends to its own channel. */
const MAX_ATTEMPTS = 3;

/** Entries as a member sees them (B21); `undefined`: it does not. */
export function viewsOf(
  name: string,
  { member, isV1 }: Viewer,
  joining: Partial<Pick<Way, 'filter' | 'transform'>>,
  entries: readonly Entry[],
): readonly (string | undefined)[] {
  const { filter, transform } = joining;
  const text = (entry: Entry): string => (isV1 ? entry.frame : plainOf(entry));
  if (filter === undefined && transform === undefined) return entries.map(text);
  return entries.map((entry) => {
    const encoded = new Encoded(JSON.parse(plainOf(entry)), name, entry);
    const view = new Individually(encoded).for(member, { filter, transform });
    if (view === encoded) return text(entry);
    return isV1 ? view?.v1 : view?.plain;
  });
}

/** Who looks at entries, and in which dialect. */
interface Viewer {
  readonly member: Member;
  readonly isV1: boolean;
}

/** An entry in the dialect of the page (CH3). */
export const plainOf = ({ frame, head }: Entry): string => `{${frame.slice(head)}`;
