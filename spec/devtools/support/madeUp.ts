import type { Window } from '../../../lib/devtools/wire/ask.js';
import type { Lane, Life, Mark } from '../../../lib/devtools/wire/life.js';
import type { Overview } from '../../../lib/devtools/wire/overview.js';
import type {
  ChannelRow,
  ConnectionRow,
  Page,
  ProcessRow,
} from '../../../lib/devtools/wire/page.js';
import type { ProcessView } from '../../../lib/devtools/wire/processView.js';
import type { TreeView } from '../../../lib/devtools/wire/treeView.js';

/** A system that is made up: large, lively, and the same at each start. */
export const PROCESSES = 100_000;

const BEHAVIORS = ['relay', 'room', 'player', 'timer', 'inventory'];
const STATUSES = ['running', 'waiting', 'held'];

export const pidOf = (i: number): string => `{main|0x${i.toString(16).padStart(5, '0')}}`;

export const processes: readonly ProcessRow[] = Array.from({ length: PROCESSES }, (_, i) => ({
  pid: pidOf(i),
  names: i % 5 === 1 ? [`room:${i}`] : [],
  behavior: BEHAVIORS[i % BEHAVIORS.length] as string,
  host: i % 3 === 0 ? 'game' : 'main',
  status: STATUSES[i % 17 === 0 ? 2 : i % 2] as string,
  depth: (i * 7_919) % 23 === 0 ? i % 40 : 0,
  handled: (i * 104_729) % 1_000_003,
  uptime: 3_600_000 + i * 10,
}));

export const connections: readonly ConnectionRow[] = Array.from({ length: 240 }, (_, i) => ({
  pid: pidOf(i * 5),
  target: i % 4 === 0 ? 'lobby' : `room:${i % 12}`,
  ...(i % 3 !== 0 && { who: `user-${i}@example.com` }),
  channels: [`chat:${i % 12}`, ...(i % 2 === 0 ? ['news'] : [])],
  buffered: i % 19 === 0 ? i * 3_000 : 0,
  received: i * 10,
  sent: i * 31,
  uptime: i * 61_000,
  status: 'open',
}));

export const channels: readonly ChannelRow[] = Array.from({ length: 13 }, (_, i) => ({
  name: i === 12 ? 'news' : `chat:${i}`,
  members: connections.filter((each) => each.channels.includes(i === 12 ? 'news' : `chat:${i}`))
    .length,
  presence: i % 2 === 0,
  history: i % 3 === 0,
  ...(i !== 12 && { process: pidOf(1_000 + i) }),
  ...(i % 3 === 0 && { offset: i * 1_234 }),
}));

/** The rows of a window, sorted and filtered as a server does it. */
export function pageOf<Row extends object>(all: readonly Row[], window: Window<string>): Page<Row> {
  const { sort, descending, filter, from, count } = window;
  const sought = filter.toLowerCase();
  const key = sort === 'name' && !('name' in (all[0] ?? {})) ? 'names' : sort;
  const isIn = (row: Row): boolean =>
    sought === '' ||
    Object.values(row).some(
      (value) => typeof value !== 'number' && `${value}`.toLowerCase().includes(sought),
    );
  const value = (row: Row): string | number => {
    const of = (row as Record<string, unknown>)[key];
    return typeof of === 'number' ? of : `${of ?? ''}`;
  };
  const matching = all.filter(isIn);
  // By PID they are in order already.
  if (sort !== 'pid') matching.sort((one, other) => (value(one) < value(other) ? -1 : 1));
  if (descending) matching.reverse();
  return {
    total: all.length,
    matching: matching.length,
    from,
    rows: matching.slice(from, from + count),
  };
}

export function viewOf(pid: string): ProcessView | undefined {
  const row = processes.find((each) => each.pid === pid);
  if (row === undefined) return undefined;
  const [links, monitors] = [
    [pidOf(7), pidOf(8)],
    [pidOf(11), pidOf(12), pidOf(13)],
  ];
  return {
    ...row,
    parent: pidOf(1),
    groups: ['rooms'],
    ...{ links, monitors },
    monitoredBy: [pidOf(1), pidOf(20), null, pidOf(20)],
    timers: 2,
    highWater: row.depth + 12,
    labels: {
      [pidOf(1)]: 'rooms (supervisor)',
      [pidOf(7)]: 'room:7',
      [pidOf(11)]: 'user-2@example.com',
    },
  };
}

const leaf = (id: string, i: number): TreeView => ({
  ...{
    id,
    pid: pidOf(i),
    type: 'worker',
    status: 'running',
    behavior: 'room',
    restarts: 0,
    children: [],
  },
});

export const tree: readonly TreeView[] = [
  {
    ...{
      pid: pidOf(1),
      type: 'supervisor',
      status: 'running',
      behavior: 'app',
      strategy: 'one_for_one',
      restarts: 0,
    },
    children: [
      leaf('database', 2),
      {
        ...{
          id: 'rooms',
          pid: pidOf(3),
          type: 'supervisor',
          status: 'running',
          strategy: 'one_for_one',
          restarts: 0,
        },
        children: Array.from({ length: 12 }, (_, i) => leaf(`room:${i}`, 4 + i)),
      },
      {
        ...{
          id: 'games',
          pid: pidOf(30),
          type: 'supervisor',
          status: 'running',
          strategy: 'rest_for_one',
          restarts: 0,
        },
        children: [
          leaf('clock', 31),
          leaf('world', 32),
          { ...leaf('scores', 33), status: 'restarting' },
        ],
      },
    ],
  },
  {
    ...leaf('', 50),
    type: 'supervisor',
    behavior: 'metrics',
    strategy: 'one_for_all',
    id: 'metrics',
  },
];

/** A tree in which the place with an id was filled again. */
export function restarted(node: TreeView, id: string): TreeView {
  const children = node.children.map((child) => restarted(child, id));
  return node.id === id
    ? { ...node, restarts: node.restarts + 1, children }
    : { ...node, children };
}

export function overviewAt(at: number): Overview {
  const wave = (size: number, period: number): number => size * (1 + Math.sin(at / period) / 3);
  return {
    at,
    processes: PROCESSES + Math.round(wave(40, 9_000)),
    ...{ connections: Math.round(wave(240, 20_000)), channels: 13 },
    messages: wave(8_400, 7_000),
    ...{ received: wave(900, 5_000), sent: wave(4_100, 6_000) },
    ...{ drops: at % 30_000 < 2_000 ? 3 : 0, deadLetters: 0 },
    lag: wave(2, 3_000),
    ...{ heap: wave(90e6, 30_000), rss: wave(190e6, 90_000) },
  };
}

const LANES: readonly Lane[] = [
  { pid: pidOf(4), label: 'room:0', behavior: 'room', isWhole: false },
  { pid: pidOf(5), label: 'user-1@example.com', behavior: 'relay', isWhole: true },
];

/** The part of a life from one answer to the next: a message, what it made the room send, and what that made its receiver send. */
export function lifeAt(
  step: number,
  now: number,
  first: string,
  isFollowed: boolean,
  payloads: boolean,
): Life {
  const [room, user] = [{ ...(LANES[0] as Lane), pid: first }, LANES[1] as Lane];
  const n = step * 5;
  const text = (value: unknown): object => (payloads ? { text: JSON.stringify(value) } : {});
  const letter = 'abcd'[step % 4] as string;
  const own: Mark[] = [
    {
      n,
      at: now - 60,
      pid: room.pid,
      row: 'inbox',
      letter,
      name: 'chat.say',
      ...text({ user: 'ada', text: `hello ${step}` }),
    },
    {
      n: n + 1,
      at: now - 58,
      pid: room.pid,
      row: 'commands',
      letter,
      name: 'chat.said',
      to: user.pid,
      cause: n,
      ...text({ text: `hello ${step}` }),
    },
  ];
  if (step % 7 === 3)
    own.push({
      n: n + 2,
      at: now - 40,
      pid: room.pid,
      row: 'self',
      letter: 's',
      name: 'tick',
      ...text(null),
    });
  if (step % 11 === 5)
    own.push({
      n: n + 3,
      at: now - 30,
      pid: room.pid,
      row: 'signals',
      letter: 'x',
      name: 'EXIT',
      ...text({ pid: user.pid }),
    });
  const theirs: Mark[] = [
    {
      n: n + 3.5,
      at: now - 50,
      pid: user.pid,
      row: 'inbox',
      letter,
      name: 'chat.said',
      cause: n + 1,
      ...text({ text: `hello ${step}` }),
    },
    {
      n: n + 4,
      at: now - 48,
      pid: user.pid,
      row: 'commands',
      letter: 'w',
      name: 'ws.send',
      cause: n + 3.5,
      ...text('{"t":"said"}'),
    },
  ];
  return {
    ...(step === 0 && { lanes: isFollowed ? [room, user] : [room] }),
    marks: isFollowed ? [...own, ...theirs].sort((one, other) => one.at - other.at) : own,
    ...(step % 40 === 20 && { skipped: 120 }),
    now,
  };
}
