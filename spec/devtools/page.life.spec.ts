import { describe, expect, it } from '@jest/globals';
import { chainOf } from '../../lib/devtools/page/life/chainOf.js';
import { type Cluster, clustersOf, SIZE } from '../../lib/devtools/page/life/clustersOf.js';
import {
  foldLife,
  type LifeState,
  skippedIn,
  UNKNOWN,
} from '../../lib/devtools/page/life/foldLife.js';
import { lanes } from '../../lib/devtools/page/life/lanes.js';
import * as timeline from '../../lib/devtools/page/life/timeline.js';
import type { Life, Mark } from '../../lib/devtools/wire/life.js';

let count = 0;
const mark = (row: Mark['row'], at: number, more: Partial<Mark> = {}): Mark => ({
  ...{ n: ++count, pid: 'p', letter: 'a', name: 'topic', row, at },
  ...more,
});

/** Marbles of one letter each, a tenth of a second a column, in a row of a process. */
const row = (pid: string, of: Mark['row'], diagram: string): Mark[] =>
  [...diagram].flatMap((letter, i) =>
    letter === '-' ? [] : [mark(of, i * 100, { pid, letter, n: letter.charCodeAt(0) })],
  );
const drawn = (clusters: readonly Cluster[]): string =>
  clusters.map(({ marks }) => marks.map(({ letter }) => letter).join('')).join(' ');

describe('clustersOf', () => {
  it.each([
    { what: 'apart', diagram: 'a---b---c', wide: 100, expected: 'a b c' },
    {
      what: 'together where they would cover each other',
      diagram: 'ab--cd---',
      wide: 100,
      expected: 'ab cd',
    },
    { what: 'all together from afar', diagram: 'ab--cd--e', wide: 20, expected: 'abcde' },
    {
      what: 'beginning anew after the width of a marble',
      diagram: 'abcdefgh-',
      wide: 80,
      expected: 'abc def gh',
    },
    { what: 'none', diagram: '---------', wide: 80, expected: '' },
  ])('draws marbles $what (DV16)', ({ diagram, wide, expected }) => {
    expect(drawn(clustersOf(row('p', 'inbox', diagram), wide / 1_000))).toBe(expected);
  });

  it('keeps rows and processes apart', () => {
    const marks = [
      mark('inbox', 0),
      mark('commands', 0),
      mark('inbox', 0, { pid: 'q' }),
      mark('inbox', 1),
    ];

    expect(
      clustersOf(marks, 0.1).map(({ pid, row: of, marks: { length } }) => `${pid} ${of} ${length}`),
    ).toEqual(['p inbox 2', 'p commands 1', 'q inbox 1']);
  });

  it('changes nothing of what is drawn already by what comes later, and leaves no two in the same place (DV16)', () => {
    const marks = row('p', 'inbox', 'ab-c-d-efgh--ij-kl-m');
    const scale = 0.11;
    const whole = clustersOf(marks, scale);

    for (let i = 1; i <= marks.length; i++) {
      const part = clustersOf(marks.slice(0, i), scale);
      expect(part.map(({ key }) => key)).toEqual(whole.slice(0, part.length).map(({ key }) => key));
    }
    const gaps = whole.slice(1).map(({ at }, i) => (at - (whole[i] as Cluster).at) * scale);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(SIZE);
  });
});

describe('chainOf', () => {
  // 1 is read and makes 2 and 3; 2 is read elsewhere as 4, which makes 5; 6 has no part in it.
  const causes = [undefined, 1, 1, 2, 4, undefined];
  const marks = causes.map((cause, i) => mark('inbox', i, { n: i + 1, ...(cause && { cause }) }));

  it.each([
    { chosen: [1], expected: [1, 2, 3, 4, 5] },
    { chosen: [4], expected: [1, 2, 4, 5] },
    { chosen: [5], expected: [1, 2, 4, 5] },
    { chosen: [3], expected: [1, 3] },
    { chosen: [6], expected: [6] },
    { chosen: [3, 6], expected: [1, 3, 6] },
    { chosen: [], expected: [] },
    { chosen: [99], expected: [99] },
  ])('of $chosen is $expected', ({ chosen, expected }) => {
    expect([...chainOf(marks, chosen)].sort()).toEqual(expected);
  });

  it('goes back as far as marbles are kept', () => {
    expect([...chainOf(marks.slice(3), [5])].sort()).toEqual([2, 4, 5]);
  });
});

describe('timeline', () => {
  const { START, SCALES } = timeline;
  const frame = (now: number): timeline.Frame => ({ begin: 1_000, now, width: 824 });
  const scale = timeline.scaleOf(START);
  const left = (of: timeline.Timeline, now: number): number =>
    Math.round(timeline.leftOf(of, frame(now)));

  it('grows from the left, and moves when it is at the right edge', () => {
    expect(scale).toBe(0.08);
    // 14 pixels before the first marble.
    expect([1_000, 5_000, 10_000].map((now) => left(START, now))).toEqual([825, 825, 825]);
    // 800 pixels are ten seconds.
    expect([12_000, 13_000].map((now) => left(START, now))).toEqual([2_000, 3_000]);
  });

  it('stands still while it is paused, and goes on where the time is', () => {
    const paused = timeline.paused(START, frame(12_000));

    expect([left(paused, 12_000), left(paused, 99_000)]).toEqual([2_000, 2_000]);
    expect(left(timeline.resumed(paused), 99_000)).toBe(89_000);
  });

  it('is held by a pointer only as long as that is there, and not resumed by it if it was paused (DV16)', () => {
    const held = timeline.held(START, frame(12_000));
    const paused = timeline.paused(START, frame(12_000));

    expect(left(held, 99_000)).toBe(2_000);
    expect(timeline.released(held)).toEqual(START);
    expect(timeline.released(timeline.held(paused, frame(13_000)))).toEqual(paused);
    expect(timeline.paused(held, frame(99_000))).toEqual(paused);
  });

  it('zooms around a point while it stands still, and no further than its scales go', () => {
    const paused = timeline.paused(START, frame(12_000));
    const closer = timeline.zoomed(paused, 1, 80);

    expect((closer.from as number) + 80 / timeline.scaleOf(closer)).toBeCloseTo(2_000 + 80 / scale);
    expect(timeline.zoomed(START, 1, 80).from).toBeUndefined();
    expect(timeline.zoomed(START, 99, 0).zoom).toBe(SCALES.length - 1);
    expect(timeline.zoomed(START, -99, 0).zoom).toBe(0);
  });

  it('shows a time by moving only if it is out of sight', () => {
    const paused = timeline.paused(START, frame(22_000));

    expect(timeline.showing(paused, 13_000, frame(30_000))).toEqual(paused);
    expect(timeline.showing(paused, 9_000, frame(30_000)).from).toBe(4_000);
    expect(timeline.showing(paused, 1_100, frame(30_000)).from).toBe(825);
  });

  it.each([
    { zoom: 4, from: 825, expected: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
    { zoom: 0, from: 1_000, expected: [0, 20, 40, 60, 80, 100, 120, 140, 160] },
    { zoom: 9, from: 1_990, expected: [1, 1.05, 1.1, 1.15, 1.2, 1.25, 1.3] },
  ])('marks round times since the beginning at scale $zoom', ({ zoom, from, expected }) => {
    const ticks = timeline.ticksOf({ ...START, zoom, from }, frame(99_000), from);

    expect(ticks.map((at) => Number(((at - 1_000) / 1_000).toFixed(3)))).toEqual(expected);
  });
});

describe('foldLife', () => {
  const fold = (...values: readonly Life[]): LifeState =>
    values.reduce((state, value, i) => foldLife(state, { id: 7, value }, i), UNKNOWN);
  const lane = { pid: 'p', label: 'room', behavior: 'room', isWhole: true };

  it('begins with the earliest of what it hears first, and adds what comes', () => {
    const [first, second] = [mark('inbox', 90), mark('commands', 210)];
    const life = fold(
      { lanes: [lane], marks: [first], now: 100 },
      { marks: [second], now: 220, skipped: 5 },
    );

    expect(life).toEqual({
      ...{ id: 7, begin: 90, now: 220, heardAt: 1, lanes: [lane], marks: [first, second] },
      gaps: [{ at: 220, count: 5 }],
    });
    expect(skippedIn(life)).toBe(5);
  });

  it('keeps the last 10,000 marbles (DV16)', () => {
    const marks = Array.from({ length: 6_000 }, (_, i) => mark('inbox', i));
    const life = fold({ marks, now: 1 }, { marks, now: 2 });

    expect(life.marks).toHaveLength(10_000);
    expect(life.marks.at(-1)).toBe(marks.at(-1));
  });

  it('says why there is none, and when it has ended', () => {
    const error = { code: 'NotFound', text: 'there is no process p' };

    expect(foldLife(UNKNOWN, { id: 7, error }, 0).refusal).toEqual(error);
    expect(foldLife(fold({ marks: [], now: 5 }), { id: 7, end: true }, 9)).toMatchObject({
      now: 5,
      hasEnded: true,
    });
  });
});

describe('lanes', () => {
  const marks = [
    ...row('p', 'inbox', '   a-c-e'),
    ...row('p', 'commands', '--d----'),
    ...row('q', 'inbox', '-----f-'),
    ...row('q', 'end', '------g'),
  ].filter(({ letter }) => letter !== ' ');
  const clusters = clustersOf(marks, 1);
  const at = (letter: string): Cluster =>
    clusters.find(({ marks: [first] }) => first?.letter === letter) as Cluster;
  const to = (letter: string, key: string): string | undefined =>
    lanes.neighbour(['p', 'q'], clusters, at(letter), key)?.marks[0]?.letter;

  it('leads by arrow keys along a row, and to the nearest marble of the next row that has one', () => {
    expect([to('a', 'ArrowRight'), to('c', 'ArrowLeft'), to('a', 'ArrowLeft')]).toEqual([
      'c',
      'a',
      undefined,
    ]);
    expect([to('e', 'Home'), to('a', 'End')]).toEqual(['a', 'e']);
    expect([to('e', 'ArrowDown'), to('d', 'ArrowDown'), to('f', 'ArrowDown')]).toEqual([
      'd',
      'f',
      'g',
    ]);
    expect([to('d', 'ArrowUp'), to('f', 'ArrowUp'), to('a', 'ArrowUp')]).toEqual([
      'a',
      'd',
      undefined,
    ]);
    expect(to('a', 'x')).toBeUndefined();
  });

  it('stands one below the other, each row in the middle of its own', () => {
    const ys = ['inbox', 'signals', 'commands', 'self'].map((of) => lanes.y(1, of as Mark['row']));

    expect(new Set(ys.slice(1).map((y, i) => y - (ys[i] as number)))).toEqual(new Set([32]));
    expect(lanes.y(1, 'end')).toBe(((ys[0] as number) + (ys[3] as number)) / 2);
    expect(lanes.height(2)).toBe(lanes.top(2));
  });
});
