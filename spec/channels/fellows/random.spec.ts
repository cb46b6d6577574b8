import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type HistoryOptions, WebSocketMessage } from '../../../lib/channels/index.js';
import { StreamStore } from '../../../lib/jetstream/streamStore.js';
import type { ChannelTest } from '../../../lib/testing/channels/channelTest.js';
import { MemoryLog } from '../../jetstream/memoryLog.js';
import { homesOf, type Managers, managersOf, readers } from './support.js';

const LIMITS = { bytes: 10_000_000, streams: 1_000, waiting: 1_000_000, age: 1e12, place: 'here' };
const NAMES = ['a', 'b', 'c'];

/** What somebody does, to a node. */
type Deed = readonly [
  what: 'send' | 'live' | 'cut' | 'freeze' | 'split' | 'busy' | 'stop' | 'keys' | 'heal' | 'pass',
  at: number,
  millis: number,
];

const deeds = fc.array(
  fc.tuple(
    fc.constantFrom<Deed[0]>(
      'send',
      'send',
      'send',
      'live',
      'cut',
      'freeze',
      'split',
      'busy',
      'busy',
      'stop',
      'keys',
      'heal',
      'pass',
    ),
    fc.nat(2),
    fc.constantFrom(0, 1, 3, 200, 2_500),
  ),
  { minLength: 5, maxLength: 30 },
);

/** Three nodes with a member each, and what was shown at each of them. */
class World {
  readonly managers: Managers;
  readonly shown: string[][] = [[], [], []];
  readonly wrong: string[] = [];
  /** By epoch and offset, what was shown. */
  readonly #truth = new Map<string, string>();
  readonly #last = new Map<string, number>();
  readonly sent: string[] = [];
  readonly #frozen = new Set<string>();

  constructor(history: (managers: { scheduler: Managers['scheduler'] }) => HistoryOptions) {
    this.managers = managersOf(NAMES, (nodes) => ({ news: { history: history(nodes) } }));
    readers(this.managers);
    for (const [at, { manager }] of this.managers.tests.entries()) {
      const channel = manager.channel('news');
      channel.published$.subscribe(({ offset, payload }) => {
        if (offset !== undefined) this.#see(at, channel.position?.epoch, offset, String(payload));
      });
    }
  }

  test(at: number): ChannelTest {
    return this.managers.tests[at] as ChannelTest;
  }

  #see(at: number, epoch: string | undefined, offset: number, text: string): void {
    this.shown[at]?.push(text);
    const place = `${epoch}:${offset}`;
    const known = this.#truth.get(place) ?? text;
    this.#truth.set(place, text);
    if (known !== text) this.wrong.push(`${place} is ${known} and, at ${at}, ${text}`);
    const last = this.#last.get(`${at} ${epoch}`) ?? offset - 1;
    this.#last.set(`${at} ${epoch}`, offset);
    if (offset !== last + 1) this.wrong.push(`${place} after ${last} at ${at}`);
  }

  do([what, at, millis]: Deed): void {
    const { nats, advance, busy } = this.managers;
    const name = NAMES[at] as string;
    if (what === 'send' || what === 'live') {
      const record = what === 'send';
      const text = `${at} ${this.sent.length}`;
      const message = WebSocketMessage.text(text);
      const count = this.test(at).manager.sendToChannel('news', message, { record });
      if (record && count > 0) this.sent.push(text);
    } else if (what === 'cut') nats.cut(name);
    else if (what === 'freeze') {
      this.#frozen.add(name);
      nats.freeze(name);
    } else if (what === 'split') {
      nats.split(
        [name],
        NAMES.filter((each) => each !== name),
      );
    } else if (what === 'busy') busy(name, true);
    else if (what === 'stop') nats.stop();
    else if (what === 'keys') nats.keepKeys(false);
    else if (what === 'heal') this.heal();
    advance(millis);
    busy(name, false);
  }

  heal(): void {
    const { nats } = this.managers;
    nats.start();
    nats.keepKeys(true);
    nats.heal();
    for (const name of this.#frozen) nats.thaw(name);
    this.#frozen.clear();
  }

  /** All is well again, for long enough. */
  settle(): void {
    this.heal();
    this.managers.advance(40_000);
  }
}

describe('a channel on three nodes, whatever becomes of these', () => {
  it('gives each place to one message, and shows each node all places in order (CN7, CN8, CH2)', () => {
    fc.assert(
      fc.property(deeds, (all) => {
        const world = new World(() => ({}));
        for (const deed of all) world.do(deed);
        world.settle();
        expect(world.wrong).toEqual([]);
        expect(world.managers.tests.map(homesOf).reduce((sum, each) => sum + each)).toBe(1);
        const positions = world.managers.tests.map(
          ({ manager }) => manager.channel('news').position,
        );
        expect(positions).toEqual([positions[0], positions[0], positions[0]]);
      }),
      { numRuns: 25 },
    );
  });

  it('loses and doubles nothing, and is of one epoch, where they have the history in common (CN7, CN8)', () => {
    fc.assert(
      fc.property(deeds, (all) => {
        let log: MemoryLog | undefined;
        const world = new World(({ scheduler }) => {
          log ??= new MemoryLog(scheduler);
          return { size: 1_000, store: new StreamStore(log, LIMITS) };
        });
        for (const deed of all) world.do(deed);
        world.settle();
        expect(world.wrong).toEqual([]);
        const [shown, ...others] = world.shown;
        expect(others).toEqual([shown, shown]);
        expect([...(shown ?? [])].sort()).toEqual([...world.sent].sort());
      }),
      { numRuns: 25 },
    );
  });
});
