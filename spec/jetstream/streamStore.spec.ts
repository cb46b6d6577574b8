import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { timer, VirtualTimeScheduler } from 'rxjs';
import {
  type Bounds,
  channel,
  type Entry,
  type Hold,
  type Keeper,
  type Shared,
} from '../../lib/channels/index.js';
import { StreamStore } from '../../lib/jetstream/streamStore.js';
import { channelTest } from '../../lib/testing/index.js';
import { ModelHost } from '../channels/history/model.js';
import { type Luck, MemoryLog } from './memoryLog.js';

const LIMITS = { bytes: 10_000_000, streams: 1_000, waiting: 1_000_000, age: 1e12, place: 'here' };
const BOUNDS: Bounds = { size: 1_000, ttl: 1e9, bytes: 1e9, keep: 'all' };

const textOf = ({ plain }: { readonly plain: string }): string => JSON.parse(plain).text;

/** Some nodes, which take a stream from each other, and what each was told. */
class Nodes {
  readonly clock = new VirtualTimeScheduler();
  readonly log = new MemoryLog(this.clock);
  readonly nodes: Node[];
  /** What was shown, by epoch and offset. */
  readonly shown = new Map<string, string>();
  /** What was taken, and has no place that anybody was told. */
  readonly open = new Set<string>();
  count = 0;
  born = 0;
  forgotten = 0;

  constructor(
    size: number,
    readonly bounds = BOUNDS,
  ) {
    this.nodes = Array.from({ length: size }, (_, at) => new Node(this, at));
  }

  advance(millis: number): void {
    this.clock.maxFrames = this.clock.now() + millis;
    this.clock.flush();
    this.clock.frame = this.clock.maxFrames;
  }

  node(at: number): Node {
    return this.nodes[at] as Node;
  }
}

class Node implements Keeper {
  readonly host = new ModelHost();
  readonly store: StreamStore;
  hold: Hold | undefined;
  isOpen = false;
  seen: ReadonlyMap<string, number> = new Map();
  readonly id: string;

  constructor(
    readonly all: Nodes,
    at: number,
  ) {
    this.id = `${at}-${++all.born}`;
    this.host.epochs = all.born * 1_000_000;
    this.store = new StreamStore(all.log, LIMITS);
    this.store.serve(this.host);
  }

  take(): void {
    this.hold ??= this.store.take('a', this.all.bounds, this);
  }

  send(): void {
    const n = ++this.all.count;
    const text = `${this.id}:${n}`;
    const origin = { id: this.id, n };
    const isTaken = this.hold?.append({ plain: JSON.stringify({ text }), key: undefined, origin });
    if (isTaken) this.all.open.add(text);
  }

  forget(): void {
    if (!this.isOpen) return;
    this.all.forgotten++;
    this.store.forget('a');
  }

  opened(seen: ReadonlyMap<string, number>): void {
    this.isOpen = true;
    this.seen = seen;
  }

  appended({ offset }: Entry, message: Shared): void {
    const { shown, open } = this.all;
    const place = `${this.store.extent('a', this.all.bounds).epoch} ${offset}`;
    const text = textOf(message);
    // Same epoch and offset: same message (CH2); and no message twice.
    expect([place, shown.get(place)]).toEqual([place, undefined]);
    expect([text, open.delete(text)]).toEqual([text, true]);
    shown.set(place, text);
  }

  ended(_: string, waiting: readonly Shared[]): void {
    this.hold = undefined;
    this.isOpen = false;
    for (const message of waiting) this.all.open.delete(textOf(message));
  }

  after(millis: number, run: () => void) {
    return timer(millis, this.all.clock).subscribe(run);
  }

  get texts(): readonly string[] {
    const { entries } = this.store.after('a', 0, { count: 1e6, bytes: 1e9 }, this.all.bounds);
    return entries.map(({ frame }) => JSON.parse(frame).text);
  }
}

const deed = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('send' as const), at: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('take' as const), at: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('release' as const), at: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('kill' as const), at: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('forget' as const), at: fc.nat(2) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('luck' as const),
      lucks: fc.array(fc.constantFrom<Luck>('well', 'unanswered', 'lost'), { maxLength: 4 }),
      latency: fc.constantFrom(1, 30, 700),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('wait' as const),
      millis: fc.constantFrom(1, 3, 3_000),
    }),
  },
);

describe('StreamStore', () => {
  it('shows each message at one place, and what was shown is there for the next owner (CH2, CH13)', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 60, size: 'max' }), (deeds) => {
        const all = new Nodes(3);
        for (const each of deeds) {
          if (each.type === 'wait') all.advance(each.millis);
          else if (each.type === 'luck') Object.assign(all.log, each);
          else if (each.type === 'send') all.node(each.at).send();
          else if (each.type === 'take') all.node(each.at).take();
          else if (each.type === 'forget') all.node(each.at).forget();
          else if (each.type === 'release') all.node(each.at).hold?.release();
          else all.nodes[each.at] = dead(all, each.at);
        }
        all.log.lucks = [];
        // Who is at it still has its end.
        all.advance(60_000);
        const next = dead(all, 0);
        next.take();
        all.advance(60_000);
        const kept = next.texts;

        expect(next.isOpen).toBe(true);
        const { epoch } = next.store.extent('a', all.bounds);
        const shown = [...all.shown].filter(([place]) => place.startsWith(`${epoch} `));
        expect(shown.filter(([, text]) => !kept.includes(text))).toEqual([]);
        expect(new Set(kept).size).toBe(kept.length);
        const epochs = new Set([...all.shown.keys()].map((place) => place.split(' ')[0]));
        // Only who deletes has a stream begin anew.
        expect(epochs.size).toBeLessThan(2 + all.forgotten);
        if (all.forgotten === 0) expect(next.seen).toEqual(highest(kept));
      }),
      { numRuns: 100 },
    );
  });

  it('lets records go of which nothing is left, and says what is lost (CH3, CH4)', () => {
    const texts = fc.array(fc.constantFrom('x', 'y', 'z'), { minLength: 20, maxLength: 80 });
    const keep = fc.constantFrom('all' as const, 'latest' as const);
    fc.assert(
      fc.property(texts, keep, fc.integer({ min: 1, max: 4 }), (keys, how, size) => {
        const all = new Nodes(2, { ...BOUNDS, size, keep: how });
        const [first, next] = [all.node(0), all.node(1)];
        first.take();
        keys.forEach((key, i) => {
          first.hold?.append({ plain: JSON.stringify({ text: `${key}${i}` }), key });
          all.open.add(`${key}${i}`);
          if (i % 3 > 0) all.advance(10);
        });
        all.advance(10);
        const before = [first.store.extent('a', all.bounds), first.texts];
        next.take();
        all.advance(10);

        expect([next.store.extent('a', all.bounds), next.texts]).toEqual(before);
        expect(all.log.records.length).toBeLessThan(4 + 16 + 2);
      }),
      { numRuns: 40 },
    );
  });

  it('does not take its own record for that of another, when the answer to it was lost', () => {
    const all = new Nodes(1);
    const node = all.node(0);
    node.take();
    all.advance(10);
    all.log.lucks = ['unanswered', 'lost', 'unanswered'];
    node.send();
    all.advance(10_000);

    expect([node.isOpen, node.texts, all.open.size]).toEqual([true, ['0-1:1'], 0]);
  });

  it('counts as lost what the log has lost, of its age or size (CH4)', () => {
    const all = new Nodes(2);
    const [first, next] = [all.node(0), all.node(1)];
    first.take();
    for (let i = 0; i < 4; i++) {
      all.advance(10);
      first.send();
    }
    all.advance(10);
    // The record by which it was taken, and two messages.
    all.log.records.splice(0, 3);
    next.take();
    all.advance(10);

    expect(next.store.extent('a', BOUNDS)).toMatchObject({ top: 4, floor: 2 });
    expect(next.texts).toEqual(['0-1:3', '0-1:4']);
  });

  it('answers at once only while it is held, and is no store of a single node (CH15)', () => {
    const { store } = new Nodes(1).node(0);
    const history = { store };

    expect(() => store.extent('a', BOUNDS)).toThrow('a: its history is not held here');
    expect(() => store.append('a')).toThrow('a: its history is written by its owner only');
    expect(() => channelTest({ channels: [channel('a', { history })] })).toThrow(
      'the store is for several nodes',
    );
  });

  it('gives up a log that does not answer, and says so', () => {
    const all = new Nodes(1);
    const node = all.node(0);
    node.take();
    all.advance(10);
    all.log.lucks = new Array<Luck>(100).fill('lost');
    node.send();
    all.advance(60_000);

    expect(node.hold).toBeUndefined();
    expect(all.open.size).toBe(0);
    expect(node.host.reports).toHaveLength(1);
  });

  it('leaves alone what it cannot read, as of a newer version', () => {
    const all = new Nodes(1);
    const node = all.node(0);
    all.log.records.push({ name: 'a', sequence: 1, bytes: Buffer.from('["2",{},[]]') });
    node.take();
    all.advance(10);

    expect([node.hold, all.log.records.length]).toEqual([undefined, 1]);
    expect(node.host.reports).toEqual([
      'here: the history of a cannot be read: Error: a record of version 2',
    ]);
  });

  it('is closed when all that waits is in the log', async () => {
    const all = new Nodes(2);
    const [first, next] = [all.node(0), all.node(1)];
    first.take();
    for (let i = 0; i < 3; i++) first.send();
    const closed = first.store.close();
    all.advance(10);
    await closed;
    next.take();
    all.advance(10);

    expect(first.hold).toBeUndefined();
    expect(next.texts).toEqual(['0-1:1', '0-1:2', '0-1:3']);
  });
});

/** The highest count of each sender. */
function highest(texts: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [id = '', n] of texts.map((text) => text.split(':'))) {
    found.set(id, Math.max(found.get(id) ?? 0, Number(n)));
  }
  return found;
}

/** The node has died, and comes again: nobody hears of it what it has had. */
function dead(all: Nodes, at: number): Node {
  const before = all.node(at);
  Object.assign(before, { appended: () => {}, ended: () => {}, opened: () => {} });
  return new Node(all, at);
}
