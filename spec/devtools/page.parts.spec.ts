import { describe, expect, it } from '@jest/globals';
import { actions } from '../../lib/devtools/page/actions/actions.js';
import { format } from '../../lib/devtools/page/common/format.js';
import { ratesOf } from '../../lib/devtools/page/common/ratesOf.js';
import { hrefOf, routeOf } from '../../lib/devtools/page/common/routeOf.js';
import { windowOf } from '../../lib/devtools/page/common/windowOf.js';
import { foldEvents, NO_EVENTS } from '../../lib/devtools/page/events/foldEvents.js';
import { chartOptions } from '../../lib/devtools/page/overview/chartOptions.js';
import { keep } from '../../lib/devtools/page/overview/keep.js';
import { graphOf, NODE } from '../../lib/devtools/page/process/graphOf.js';
import { tiesOf } from '../../lib/devtools/page/process/tiesOf.js';
import {
  guidesOf,
  type TreeRow,
  titleOf,
  treeRows,
} from '../../lib/devtools/page/tree/treeRows.js';
import { treeStep } from '../../lib/devtools/page/tree/treeStep.js';
import { upsets } from '../../lib/devtools/page/tree/upsets.js';
import type { TreeView } from '../../lib/devtools/wire/treeView.js';
import { overviewAt, viewOf } from './support/madeUp.js';

describe('format', () => {
  it.each([
    { of: format.count(1_234_567), expected: '1,234,567' },
    { of: format.rate(0), expected: '0' },
    { of: format.rate(0.44), expected: '0.4' },
    { of: format.rate(9.96), expected: '10' },
    { of: format.bytes(512), expected: '512 B' },
    { of: format.bytes(1_536), expected: '1.5 KiB' },
    { of: format.bytes(12 * 2 ** 20), expected: '12 MiB' },
    { of: format.bytes(2 ** 52), expected: '4096 TiB' },
    { of: format.ms(0.44), expected: '0.4 ms' },
    { of: format.ms(12.4), expected: '12 ms' },
    { of: format.ms(3_210), expected: '3.2 s' },
    { of: format.duration(999), expected: '0 s' },
    { of: format.duration(125_000), expected: '2 min 5 s' },
    { of: format.duration(3_600_000), expected: '1 h' },
    { of: format.duration(3_605_000), expected: '1 h' },
    { of: format.duration(187_200_000), expected: '2 d 4 h' },
    { of: format.since(250), expected: '+0.250 s' },
  ])('says $expected', ({ of, expected }) => {
    expect(of).toBe(expected);
  });
});

describe('windowOf', () => {
  const at = (top: number, total = 100_000) => windowOf({ top, height: 680, rowHeight: 34, total });

  it.each([
    { what: 'at the top', window: at(0), from: 0 },
    { what: 'after a few rows', window: at(34 * 15), from: 0 },
    { what: 'further down', window: at(34 * 1_005), from: 990 },
    { what: 'at the end', window: at(34 * 99_980), from: 99_960 },
    { what: 'beyond the end, where rows have gone', window: at(34 * 99_980, 5), from: 0 },
    { what: 'before anything is known', window: at(0, 0), from: 0 },
  ])('asks for the rows in sight and some around them $what', ({ window, from }) => {
    expect(window).toEqual({ from, count: 60 });
  });

  it('has every row that is in sight, wherever one scrolls to (DV14)', () => {
    for (let top = 0; top < 34 * 300; top += 7) {
      const { from, count } = at(top);
      expect(from).toBeLessThanOrEqual(Math.floor(top / 34));
      expect(from + count).toBeGreaterThanOrEqual(Math.ceil((top + 680) / 34));
    }
  });
});

describe('routeOf', () => {
  it.each([
    { hash: '', route: { tab: 'overview', query: {} } },
    { hash: '#/nonsense', route: { tab: 'overview', query: {} } },
    { hash: '#/constructor', route: { tab: 'overview', query: {} } },
    { hash: '#/process/%7Bmain%7C0x1%7D', route: { tab: 'process', at: '{main|0x1}', query: {} } },
    {
      hash: '#/channels/a%2Fb?filter=x+y',
      route: { tab: 'channels', at: 'a/b', query: { filter: 'x y' } },
    },
    { hash: '#/process/50%', route: { tab: 'process', at: '50%', query: {} } },
  ])('reads $hash', ({ hash, route }) => {
    expect(routeOf(hash)).toEqual(route);
  });

  it('reads what hrefOf writes', () => {
    const place = {
      tab: 'channels',
      at: 'chat:ä/b?c#d%',
      query: { sort: 'members', down: '' },
    } as const;

    expect(routeOf(hrefOf(place))).toEqual(place);
  });
});

describe('ratesOf', () => {
  it('says how fast totals grow, from the second time on, and forgets what is gone', () => {
    const first = ratesOf(
      new Map(),
      [
        ['a', 10],
        ['b', 0],
      ],
      0,
    );
    const soon = ratesOf(
      first,
      [
        ['a', 90],
        ['b', 0],
      ],
      100,
    );
    const second = ratesOf(soon, [['a', 30]], 2_000);
    const fallen = ratesOf(second, [['a', 0]], 3_000);

    expect(first.get('a')).toEqual({ total: 10, at: 0 });
    expect(soon).toEqual(first);
    expect([...second]).toEqual([['a', { total: 30, at: 2_000, perSecond: 10 }]]);
    expect(fallen.get('a')?.perSecond).toBe(0);
  });
});

describe('keep', () => {
  it('has the figures of the last 300 s, and none of another server (DV14)', () => {
    const values = Array.from({ length: 310 }, (_, i) => overviewAt(i * 1_000));
    const kept = values.reduce(keep, [] as readonly (typeof values)[number][]);

    expect(kept).toEqual(values.slice(10));
    expect(keep(kept, overviewAt(5))).toEqual([overviewAt(5)]);
  });
});

describe('chartOptions', () => {
  const options = { say: String, steps: [1], curves: [], width: 300, setUnder: () => {} };
  const colours = { curves: [], fill: '', line: '', soft: '' };

  it.each([
    { what: 'a minute, as long as there is less', min: 100, max: 110, shown: [50, 110] },
    { what: 'all that there is', min: 100, max: 250, shown: [100, 250] },
    { what: 'five minutes at most', min: 0, max: 400, shown: [100, 400] },
  ])('shows $what, and the newest at the right edge', ({ min, max, shown }) => {
    const range = chartOptions({ ...options, colours }).scales?.x?.range;
    expect(typeof range === 'function' && range({} as never, min, max, 'x')).toEqual(shown);
  });
});

describe('foldEvents', () => {
  it('has the newest first, 300 of them, and counts all (DV16)', () => {
    const events = Array.from({ length: 200 }, (_, n) => ({
      n,
      at: n,
      type: 'exited',
      text: `${n}`,
    }));
    const tail = [{ events }, { events, skipped: 3 }].reduce(foldEvents, NO_EVENTS);

    expect(tail.rows.map(({ n }) => n).slice(0, 2)).toEqual([199, 198]);
    expect([tail.rows.length, tail.count, tail.skipped]).toEqual([300, 400, 3]);
  });
});

describe('actions', () => {
  it.each([
    { action: actions.terminate('p', 'room'), values: {}, act: { act: 'terminate', pid: 'p' } },
    {
      action: actions.kick('p', 'chat', 'ann'),
      values: {},
      act: { act: 'kick', pid: 'p', channel: 'chat' },
    },
    {
      action: actions.send('p', 'room'),
      values: { topic: ' say ', payload: '{"a":1}' },
      act: { act: 'send', to: 'p', topic: 'say', payload: { a: 1 } },
    },
    {
      action: actions.close('p', 'ann'),
      values: { code: '4000', reason: '' },
      act: { act: 'close', pid: 'p', code: 4_000 },
    },
    {
      action: actions.close('p', 'ann'),
      values: { code: '1012', reason: 'update' },
      act: { act: 'close', pid: 'p', code: 1_012, reason: 'update' },
    },
  ])('asks for $act', ({ action, values, act }) => {
    expect(action.ask(values)).toEqual(act);
    expect(action.warning).toContain('p');
  });

  it.each([
    {
      action: actions.send('p', 'room'),
      values: { topic: ' ', payload: '1' },
      text: 'Give a topic.',
    },
    {
      action: actions.send('p', 'room'),
      values: { topic: 't', payload: '{' },
      text: 'The payload is no JSON',
    },
    {
      action: actions.close('p', 'ann'),
      values: { code: '999' },
      text: 'A close code is from 1000',
    },
  ])('says "$text" of what cannot be asked', ({ action, values, text }) => {
    expect(() => action.ask(values)).toThrow(text);
  });
});

const place = (id: string, more: Partial<TreeView> = {}): TreeView => ({
  ...{ id, pid: `{${id}}`, type: 'worker', status: 'running', restarts: 0, children: [] },
  ...more,
});
const TREES: readonly TreeView[] = [
  {
    ...place('app', { children: [place('a', { children: [place('x'), place('y')] }), place('b')] }),
  },
  place('other'),
];
/** A tree as text. */
const draw = (rows: readonly TreeRow[]): readonly string[] =>
  rows.map((row) => {
    const guides = guidesOf(row).map((goesOn) => (goesOn ? '│' : ' '));
    const elbow = row.level === 1 ? '' : row.isLast ? '└' : '├';
    return `${guides.join('')}${elbow}${row.node.id} ${row.position}/${row.siblings}`;
  });

describe('treeRows', () => {
  it('has a row for each place, with the lines that lead to it', () => {
    expect(draw(treeRows(TREES, new Set()))).toEqual([
      'app 1/2',
      '├a 1/2',
      '│├x 1/2',
      '│└y 2/2',
      '└b 2/2',
      'other 2/2',
    ]);
  });

  it('has none for what is below a closed place', () => {
    expect(draw(treeRows(TREES, new Set(['app/a'])))).toEqual([
      'app 1/2',
      '├a 1/2',
      '└b 2/2',
      'other 2/2',
    ]);
    expect(treeRows(TREES, new Set(['app/a'])).map(({ isOpen }) => isOpen)).toEqual([
      true,
      false,
      undefined,
      undefined,
    ]);
  });

  it('calls a root by what it does, since it has no id', () => {
    const { id: _, ...root } = place('x', { behavior: 'app' });
    const { behavior: __, ...nameless } = root;

    expect([titleOf(place('a')), titleOf(root), titleOf(nameless)]).toEqual(['a', 'app', '{x}']);
  });
});

describe('treeStep', () => {
  const rows = (...closed: readonly string[]) => treeRows(TREES, new Set(closed));

  it.each([
    { key: 'ArrowRight', index: 1, closed: ['app/a'], to: 1, toggles: 'app/a' },
    { key: 'ArrowRight', index: 1, closed: [], to: 2 },
    { key: 'ArrowRight', index: 2, closed: [] },
    { key: 'ArrowLeft', index: 1, closed: [], to: 1, toggles: 'app/a' },
    { key: 'ArrowLeft', index: 3, closed: [], to: 1 },
    { key: 'ArrowLeft', index: 5, closed: [] },
    { key: 'Tab', index: 0, closed: [] },
  ])(
    'leads by $key from row $index to $to, toggling $toggles',
    ({ key, index, closed, to, toggles }) => {
      const step = treeStep(rows(...closed), index, key);

      expect([step.to, step.toggle?.key]).toEqual([to, toggles]);
    },
  );
});

describe('upsets', () => {
  const changed = (x: Partial<TreeView>): readonly TreeView[] => [
    place('app', {
      children: [place('a', { children: [{ ...place('x'), ...x }, place('y')] }), place('new')],
    }),
  ];

  it.each([
    { what: 'nothing that is as it was', now: TREES, expected: [] },
    {
      what: 'who was restarted',
      now: changed({ restarts: 1 }),
      expected: [{ times: 1, isDown: false }],
    },
    {
      what: 'who is down',
      now: changed({ pid: undefined }),
      expected: [{ times: 0, isDown: true }],
    },
    { what: 'none who has come', now: [...TREES, place('more', { restarts: 3 })], expected: [] },
  ])('finds $what (DV15)', ({ now, expected }) => {
    expect(upsets(TREES, now)).toEqual(
      expected.map((each) => ({ key: 'app/a/x', name: 'x', ...each })),
    );
  });
});

describe('tiesOf and graphOf', () => {
  const view = viewOf('{main|0x00004}');
  if (view === undefined) throw new Error('it is made up');
  const ties = tiesOf(view);

  it('say each tie once, with how often it is there', () => {
    expect(
      ties.map(
        ({ kind, ends }) =>
          `${kind}: ${ends.map(({ label, times }) => `${label} ${times}`).join(', ')}`,
      ),
    ).toEqual([
      'parent: rooms (supervisor) 1',
      'monitoredBy: rooms (supervisor) 1, {main|0x00014} 2, the application 1',
      'links: room:7 1, {main|0x00008} 1',
      'monitors: user-2@example.com 1, {main|0x0000c} 1, {main|0x0000d} 1',
    ]);
  });

  it.each([{ width: 1_200 }, { width: 600 }, { width: 350 }, { width: 160 }])(
    'draw each process once within $width pixels, none over another',
    ({ width }) => {
      const { x, y, height, nodes } = graphOf(ties, width);
      const all = [{ x, y, pid: 'itself' }, ...nodes];

      expect(nodes.map(({ kinds }) => kinds.join())).toContain('parent,monitoredBy');
      expect(new Set(all.map(({ pid }) => pid)).size).toBe(all.length);
      const isFree = ([one, other]: readonly (typeof all)[number][]): boolean =>
        Math.abs((one?.x ?? 0) - (other?.x ?? 0)) >= NODE.width ||
        Math.abs((one?.y ?? 0) - (other?.y ?? 0)) >= NODE.height;
      const pairs = all.flatMap((one, i) => all.slice(i + 1).map((other) => [one, other]));
      expect(pairs.filter((pair) => !isFree(pair))).toEqual([]);
      expect(Math.max(...all.map((each) => each.y)) + NODE.height / 2).toBeLessThanOrEqual(height);
    },
  );

  it('say how many more there are than are drawn', () => {
    const links = Array.from({ length: 30 }, (_, i) => `{main|${i}}`);
    const { nodes } = graphOf(
      tiesOf({ ...view, parent: undefined as never, monitors: [], monitoredBy: [], links }),
      900,
    );

    expect(nodes).toHaveLength(9);
    expect(nodes.at(-1)?.label).toBe('and 22 more');
  });
});
