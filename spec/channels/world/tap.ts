import type { Place, Served } from './served.js';

/**
 * Looks at what a server and one client of v1 say to each other, at the server's end: where nothing is lost, so that what
 * is wrong there is the server's (PT9, PT11, PT15).
 */
export class Tap {
  /** The public id of the connection, once the server has said it. */
  id = '';
  /** Bytes that wait for its client. */
  buffered = 0;
  /** The requests without a reply. */
  readonly #asked = new Map<number, Asked>();
  readonly #seats = new Map<string, Seat>();
  #isResumed = false;
  isOver = false;

  constructor(
    readonly served: Served,
    readonly tab: number,
    /** How often its page was loaded. */
    readonly page: number,
    /** The how manieth connection of its tab it is. */
    readonly at: number,
    readonly now: () => number,
  ) {}

  /** Its client reads slowly, and may be out of a channel before it is told. */
  lag(bytes: number): void {
    this.buffered = bytes;
    if (bytes <= CATCH_UP) return;
    for (const channel of this.#seats.keys()) this.#place(channel).comings.doubt(this.tab);
  }

  /** What the server has taken. */
  up(text: string): void {
    for (const { id, payload } of [JSON.parse(text)].flat()) {
      if (id !== undefined) this.#asked.set(id, Object(payload));
    }
  }

  /** What the server has said. */
  down(text: string): void {
    // biome-ignore lint/suspicious/noExplicitAny: a frame is what the server has sent
    const frame: any = JSON.parse(text);
    if (frame.hello !== undefined) this.#greeted(frame.hello);
    else if (frame.ok !== undefined) this.#replied(frame);
    else if (frame.channel !== undefined) this.#pushed(frame);
  }

  #greeted({ id, session }: { readonly id: string; readonly session: string }): void {
    this.id = id;
    this.served.site.begun(session, this);
  }

  /** It has ended. */
  over(code: number): void {
    this.isOver = true;
    for (const [channel, seat] of this.#seats) {
      if (seat.isIn) this.#place(channel).comings.lost(this, code === 1000);
    }
    this.#seats.clear();
  }

  // biome-ignore lint/suspicious/noExplicitAny: a frame is what the server has sent
  #replied({ id, ok, result, error }: any): void {
    const { command, channel, session } = this.#asked.get(id) ?? {};
    this.served.checks.must(this.#asked.delete(id), `PT4: a second reply to ${id}`);
    if (command === 'resume' && result?.resumed === true) {
      this.#isResumed = true;
      this.served.site.resumed(session as string, this);
    }
    if (channel === undefined) return;
    const seat = this.#seat(channel);
    const isFault = error?.code === 'internal' && !channel.startsWith('all');
    this.served.checks.must(!isFault, `a fault of the server: ${command} ${channel}`);
    if (command === 'subscribe' && ok) this.#subscribed(channel, seat, result);
    else if (command === 'subscribe' && error.code === 'denied') {
      this.served.checks.must(!seat.isIn, `PT15: denied, and a member of ${channel}`);
    } else if (command === 'unsubscribe' && ok) this.#ended(channel, seat, true);
    else if (command === 'presence' && ok) this.#listed(channel, seat, result);
  }

  // biome-ignore lint/suspicious/noExplicitAny: a result is what the server has sent
  #subscribed(channel: string, seat: Seat, result: any): void {
    this.served.site.admissions.entered(this.id, channel);
    seat.isIn = true;
    seat.replay = result.replay ?? 0;
    seat.toldAt = Number.NEGATIVE_INFINITY;
    if (result.presence !== undefined) this.#listed(channel, seat, result.presence);
    if (result.present === true) this.#place(channel).comings.entered(this, this.#isResumed);
  }

  #ended(channel: string, seat: Seat, isAtOnce: boolean): void {
    if (seat.isIn) this.#place(channel).comings.lost(this, isAtOnce);
    seat.isIn = false;
  }

  // biome-ignore lint/suspicious/noExplicitAny: a frame is what the server has sent
  #pushed({ channel, type, payload }: any): void {
    const seat = this.#seat(channel);
    const { checks } = this.served;
    const { event, data } = type === 'event' ? payload : NOTHING;
    if (event === 'rx:subscribed') {
      return this.#subscribed(channel, seat, { present: true, ...data });
    }
    if (!seat.isIn) checks.wrong.push(`PT11: ${JSON.stringify(payload)} of ${channel}`);
    if (event === 'rx:unsubscribed') {
      const isOut = !this.served.isMember(this.id, channel);
      checks.must(isOut, `PT11: tab ${this.tab} is in ${channel}, and is told ${data.code}`);
      this.#ended(channel, seat, data.code === 'kicked' || !data.retry);
    } else if (event === 'rx:presence_diff') this.#diff(channel, seat, data);
    else if (seat.replay > 0) seat.replay--;
    else if (this.buffered > CATCH_UP && type === 'json' && !channel.startsWith('none')) {
      checks.wrong.push(`B27: tab ${this.tab} lags, and gets more of ${channel}`);
    }
  }

  #listed(channel: string, seat: Seat, { version, members }: Snapshot): void {
    seat.version = version;
    seat.lines.clear();
    for (const { key, metas } of members) {
      for (const { ref, meta } of metas) seat.lines.set(ref, lineOf(key, ref, meta));
    }
    this.#place(channel).read(seat.lines, false);
  }

  /** PT9: it tells of nothing but changes, and not too often. */
  #diff(channel: string, seat: Seat, { version, joins, updates, leaves }: Diff): void {
    const { lines } = seat;
    const { checks } = this.served;
    const now = this.now();
    checks.must(now - seat.toldAt > DEBOUNCE - 1, `PT9: a diff after ${now - seat.toldAt} ms`);
    checks.must(version === seat.version + 1, `PT9: version ${version} after ${seat.version}`);
    seat.toldAt = now;
    seat.version = version;
    checks.must(joins.length + updates.length + leaves.length > 0, 'PT9: a diff of nothing');
    for (const { key, ref, meta } of joins) {
      checks.must(!lines.has(ref), `PT9: ${ref} joins again`);
      lines.set(ref, lineOf(key, ref, meta));
    }
    for (const { key, ref, meta } of updates) {
      const line = lineOf(key, ref, meta);
      checks.must(lines.has(ref) && lines.get(ref) !== line, `PT9: ${ref} is no other`);
      lines.set(ref, line);
    }
    for (const { ref } of leaves) checks.must(lines.delete(ref), `PT9: ${ref} leaves again`);
    this.#place(channel).read(lines, true);
  }

  #seat(channel: string): Seat {
    let seat = this.#seats.get(channel);
    if (seat === undefined) {
      seat = { isIn: false, replay: 0, version: 0, toldAt: 0, lines: new Map() };
      this.#seats.set(channel, seat);
    }
    return seat;
  }

  #place(channel: string): Place {
    return this.served.place(channel);
  }
}

/** Who is present, as a text for each. */
export const lineOf = (key: string, ref: string, meta: unknown): string =>
  `${key}/${ref}/${JSON.stringify(meta)}`;

/** Bytes of which a member has to catch up, and milliseconds between two diffs. */
export const CATCH_UP = 1024 * 1024;
const DEBOUNCE = 50;
const NOTHING = { event: '', data: undefined };

/** A channel, as one connection is in it. */
interface Seat {
  isIn: boolean;
  replay: number;
  version: number;
  toldAt: number;
  readonly lines: Map<string, string>;
}

interface Asked {
  readonly command?: string;
  readonly channel?: string;
  readonly session?: string;
}

interface Snapshot {
  readonly version: number;
  readonly members: readonly {
    readonly key: string;
    readonly metas: readonly { readonly ref: string; readonly meta: unknown }[];
  }[];
}

interface Diff {
  readonly version: number;
  readonly joins: readonly Item[];
  readonly updates: readonly Item[];
  readonly leaves: readonly { readonly ref: string }[];
}

interface Item {
  readonly key: string;
  readonly ref: string;
  readonly meta: unknown;
}
