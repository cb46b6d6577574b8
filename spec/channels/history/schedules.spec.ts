import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { channel, type HistoryOptions, type Position } from '../../../lib/channels/index.js';
import { type ChannelTest, channelTest } from '../../../lib/testing/index.js';
import { must } from '../schedule.js';
import type { Boat } from './shore.js';

const NAMES = ['x', 'y'] as const;
type Name = (typeof NAMES)[number];
const WHO = [0, 1] as const;

/** What a client knows of a channel, by the rules for clients (CH12). */
interface Place {
  isWanted: boolean;
  /** Whether it is a member, as it was told. */
  isIn: boolean;
  position: Position | undefined;
  /** The newest value of each key that it was given, since it has begun there. */
  values: Map<string, string>;
  /** It is synced once it has seen this offset (CH9). */
  syncedAt: number;
}

/** A client by the rules, and whatever it is sent is checked when it comes. */
class Reader {
  readonly places = new Map<Name, Place>();
  #read = 0;

  constructor(
    readonly boat: Boat,
    readonly truth: Truth,
  ) {}

  place(name: Name): Place {
    const none = { isWanted: false, isIn: false, position: undefined };
    const place = this.places.get(name) ?? { ...none, values: new Map(), syncedAt: 0 };
    this.places.set(name, place);
    return place;
  }

  read(): void {
    const { frames } = this.boat;
    // By its number, as what is read may have more come.
    while (this.#read < frames.length) this.#take(frames[this.#read++] as Boat['frames'][number]);
  }

  #take({
    result,
    channel: name,
    offset,
    key = '',
    payload,
    type,
    ok,
  }: Boat['frames'][number]): void {
    if (type === 'close') return this.lost();
    if (ok === true && Object(result).epoch !== undefined) return this.#begin(result as Begun);
    if (name === undefined) return;
    const place = this.place(name as Name);
    if (Object(payload).event === 'rx:unsubscribed') {
      must(place.isIn, `told the end of ${name}, in which it is not`);
      place.isIn = false;
      const { code, retry } = (payload as { data: { code: string; retry: boolean } }).data;
      if (!retry) place.isWanted = false;
      if (code === 'lagged') this.want(name as Name);
      return;
    }
    // CP12: nothing before the reply, nothing after the end.
    must(place.isIn, `a message of ${name}, in which it is not`);
    if (offset === undefined) return;
    const { position } = place;
    const expected = this.truth.next(name as Name, position as Position);
    must(
      position !== undefined && offset === expected,
      `${name}: ${offset} after ${position?.offset}`,
    );
    must(
      this.truth.payload(position as Position, offset) === payload,
      `${name}: what ${offset} says`,
    );
    place.position = { epoch: (position as Position).epoch, offset };
    place.values.set(key, payload as string);
    this.#checkValues(name as Name, place);
  }

  #begin({ channel: name, epoch, offset, recovered, from }: Begun): void {
    const place = this.place(name);
    place.isIn = true;
    place.syncedAt = offset;
    if (recovered === true) return this.#checkValues(name, place);
    place.position = { epoch, offset: from ?? offset };
    place.values = new Map();
    // Where it does not get all values, it has them from where it first had them.
    if (from === undefined) place.values = this.truth.values(name);
  }

  /** PT2: whenever it is synced, it has the newest value of each key, as of its position. */
  #checkValues(name: Name, { position, values, syncedAt }: Place): void {
    if (!this.truth.isLatest || (position as Position).offset < syncedAt) return;
    const newest = this.truth.values(name, position);
    must(
      JSON.stringify([...newest].sort()) === JSON.stringify([...values].sort()),
      `${name}: values`,
    );
  }

  want(name: Name): void {
    const place = this.place(name);
    place.isWanted = true;
    if (this.boat.closed !== undefined) return;
    const { position: since } = place;
    this.boat.subscribe(name, since === undefined ? {} : { since });
    this.read();
  }

  leave(name: Name): void {
    const place = this.place(name);
    if (this.boat.closed === undefined) this.boat.unsubscribe(name);
    this.read();
    Object.assign(place, { isWanted: false, isIn: false, position: undefined });
  }

  lost(): void {
    for (const place of this.places.values()) place.isIn = false;
  }
}

interface Begun extends Position {
  readonly channel: Name;
  readonly recovered?: boolean;
  readonly from?: number;
}

/** What was recorded, of each stream. */
class Truth {
  readonly #streams = new Map<string, { key: string; payload: string }[]>();
  #count = 0;

  constructor(
    readonly t: ChannelTest,
    readonly isLatest: boolean,
  ) {}

  send(name: Name, key: string, record: boolean): void {
    const payload = `${name} ${key} ${++this.#count}`;
    const { epoch } = this.t.manager.channel(name).position as Position;
    // Before it is sent, as it is looked at when it comes.
    const stream = this.#streams.get(epoch) ?? [];
    if (record) this.#streams.set(epoch, [...stream, { key, payload }]);
    const message = { type: 'text', payload, timestamp: 0 } as const;
    this.t.manager.sendToChannel(name, message, { key, record });
  }

  /** The offset that must follow a position: of the latest values the next that is one still. */
  next(name: Name, { epoch, offset }: Position): number {
    const stream = this.#streams.get(epoch) ?? [];
    if (!this.isLatest) return offset + 1;
    const isLast = ({ key }: { key: string }, at: number): boolean =>
      !stream.slice(at + 1).some((later) => later.key === key);
    const found = stream.findIndex((entry, at) => at >= offset && isLast(entry, at));
    must(found >= 0, `${name}: nothing is to come after ${offset}`);
    return found + 1;
  }

  payload({ epoch }: Position, offset: number): string | undefined {
    return this.#streams.get(epoch)?.[offset - 1]?.payload;
  }

  values(
    name: Name,
    position = this.t.manager.channel(name).position as Position,
  ): Map<string, string> {
    const stream = this.#streams.get(position.epoch) ?? [];
    return new Map(stream.slice(0, position.offset).map(({ key, payload }) => [key, payload]));
  }
}

const step = fc.record({
  what: fc.constantFrom(
    ...([
      'send',
      'send',
      'send',
      'send',
      'want',
      'want',
      'want',
      'leave',
      'drop',
      'return',
      'return',
    ] as const),
    ...(['unrecorded', 'kick', 'lag', 'read', 'delete', 'wait', 'subscribe'] as const),
  ),
  who: fc.constantFrom(...WHO),
  name: fc.constantFrom(...NAMES),
  key: fc.constantFrom('k', 'l'),
});

/** Plays a schedule; then all comes to rest, and each client is where the channel is (PT3). */
function play(
  history: HistoryOptions,
  steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[],
) {
  const t = channelTest({ channels: [channel('*', { history })] });
  const truth = new Truth(t, history.keep === 'latest');
  const readers = WHO.map(() => new Reader(t.connect(), truth));
  for (const { what, who, name, key } of steps) {
    const reader = readers[who] as Reader;
    const { boat } = reader;
    const isOpen = boat.closed === undefined;
    if (what === 'send' || what === 'unrecorded') truth.send(name, key, what === 'send');
    else if (what === 'want') reader.want(name);
    else if (what === 'leave') reader.leave(name);
    else if (what === 'drop') {
      boat.drop();
      reader.lost();
    } else if (what === 'return') back(reader);
    else if (what === 'kick' && isOpen) t.manager.unsubscribe(boat.pid, name, { retry: true });
    else if (what === 'lag' && isOpen) boat.lag(2 ** 21);
    else if (what === 'read' && isOpen) boat.lag(0);
    else if (what === 'delete') t.manager.channels.deleteChannel(name);
    else if (what === 'wait') t.advance('20m');
    else if (what === 'subscribe' && isOpen) reader.want(name);
    for (const each of readers) each.read();
  }
  for (const reader of readers) {
    back(reader);
    reader.boat.lag(0);
    t.advance('1s');
    reader.read();
    for (const [name, place] of reader.places) {
      if (!place.isWanted) continue;
      if (!place.isIn) reader.want(name);
      const top = t.manager.channel(name).position;
      must(JSON.stringify(place.position) === JSON.stringify(top), `${name} at rest`);
    }
  }
  t.end();
}

function back(reader: Reader): void {
  if (reader.boat.closed === undefined) return;
  reader.boat.reconnect();
  for (const [name, { isWanted }] of reader.places) if (isWanted) reader.want(name);
}

describe('history, whatever happens', () => {
  it.each<{ what: string; history: HistoryOptions }>([
    { what: "keep: 'all', few", history: { size: 2 } },
    { what: "keep: 'all', and forgotten", history: { size: 100, ttl: '10m' } },
    { what: "keep: 'latest'", history: { keep: 'latest', ttl: '24h' } },
  ])(
    'gives each message once, in order, or tells of a gap: $what (PT1, PT2, PT3, CP12)',
    ({ history }) => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) =>
          play(history, steps),
        ),
        { numRuns: 25 },
      );
    },
  );
});
