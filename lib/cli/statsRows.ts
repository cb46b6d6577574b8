import type { Stats } from '../protocol/index.js';
import { inLine, type Rows } from './layOut.js';
import { readable } from './readable.js';

const { count, size } = readable;

/** What `websocket:stats` prints of a server (CL2). What has not happened at all has no row. */
export function statsRows(stats: Stats): Rows {
  const { connections, channels, messages, presence, process } = stats;
  const { total, active, idle, opened } = connections;
  const { with_subscribers, subscriptions, processes } = channels;
  return [
    ...nodesOf(stats),
    ['Connections', counts({ total, active, idle, 'since start': opened })],
    [
      'Channels',
      counts({
        total: channels.total,
        'with subscribers': with_subscribers,
        subscriptions,
        processes,
      }),
    ],
    [
      'Messages',
      inLine(
        `sent ${count(messages.sent)} (${count(messages.sent_per_second)}/s)`,
        `received ${count(messages.received)} (${count(messages.received_per_second)}/s)`,
        `broadcast ${count(messages.broadcast)} (${count(messages.broadcast_per_second)}/s)`,
      ),
    ],
    ...history(stats.history),
    ...(presence.entries > 0 ? ([['Presence', counts({ ...presence })]] as const) : []),
    ...tally('Dropped', stats.drops),
    ...tally('Closed', stats.closed),
    ['Process', inLine(`rss ${size(process.rss)}`, `heap ${size(process.heap)}`, delay(process))],
  ];
}

/** Whose sums these are. */
const nodesOf = ({ nodes }: Stats): Rows =>
  nodes === undefined ? [] : [['Nodes', inLine(count(nodes.length), nodes.join(', '))]];

/** What is kept, and how many have got it who came back, or not. */
function history({ streams, messages, bytes, recovered, lost }: Stats['history']): Rows {
  if (streams === 0) return [];
  const reasons = Object.entries(lost).map(([reason, many]) => `${reason} ${count(many)}`);
  const sum = Object.values(lost).reduce((one, other) => one + other, 0);
  const not = sum > 0 && `not ${count(sum)} (${reasons.join(', ')})`;
  return [
    [
      'History',
      inLine(counts({ streams, messages }), size(bytes), `recovered ${count(recovered)}`, not),
    ],
  ];
}

/** `1,204 total · 311 active`. */
const counts = (all: Readonly<Record<string, number>>): string =>
  inLine(...Object.entries(all).map(([what, many]) => `${count(many)} ${what}`));

const delay = ({ event_loop_p99_ms: millis }: Stats['process']): string | false =>
  millis !== null && `event loop p99 ${count(millis)} ms`;

/** How often what happened, if anything did. */
function tally(label: string, counts: Readonly<Record<string, number>>): Rows {
  const parts = Object.entries(counts).map(([what, many]) => `${what} ${count(many)}`);
  return parts.length === 0 ? [] : [[label, inLine(...parts)]];
}

/** The same in one line, for a log: what changes from sample to sample (CL3). */
export function statsLine({ at, nodes, connections, channels, messages, process }: Stats): string {
  return inLine(
    new Date(at).toISOString(),
    nodes !== undefined && `${count(nodes.length)} nodes`,
    `${count(connections.total)} connections (${count(connections.active)} active)`,
    `${count(channels.total)} channels`,
    `${count(channels.subscriptions)} subscriptions`,
    `sent ${count(messages.sent_per_second)}/s`,
    `received ${count(messages.received_per_second)}/s`,
    `broadcast ${count(messages.broadcast_per_second)}/s`,
    `rss ${size(process.rss)}`,
    delay(process),
  );
}
