import type { Hub, RelayStats } from '../relay/index.js';
import type { Measure } from './measure.js';

/** What relays have counted, added up. */
export function counts(hubs: readonly Hub[]): Measure[] {
  return ROWS.map(({ of, ...row }) => ({
    ...row,
    read: () => {
      const sums = new Map<string, number>();
      for (const [label, count] of hubs.flatMap((hub) => of(hub.counters.stats(hub.count)))) {
        sums.set(label, (sums.get(label) ?? 0) + count);
      }
      return sums;
    },
  }));
}

interface Row extends Omit<Measure, 'read'> {
  readonly of: (stats: RelayStats) => [label: string, count: number][];
}

const CONNECTIONS = { unit: '{connection}', kind: 'counter' } as const;
const MESSAGES = { unit: '{message}', kind: 'counter' } as const;
const BYTES = { unit: 'By', kind: 'counter' } as const;

const ROWS: readonly Row[] = [
  {
    ...{ ...CONNECTIONS, kind: 'gauge', name: 'rx_process.connections', help: 'Open connections' },
    of: (stats) => [['', stats.connections]],
  },
  {
    ...{ ...CONNECTIONS, name: 'rx_process.connections.opened', help: 'Connections opened' },
    of: (stats) => [['', stats.opened]],
  },
  {
    ...{ ...CONNECTIONS, name: 'rx_process.connections.closed', label: 'code' },
    help: 'Connections ended, by close code; those of applications by thousands',
    of: ({ closes }) => Object.entries(closes).map(([code, count]) => [classOf(code), count]),
  },
  {
    ...{ name: 'rx_process.upgrades', unit: '{upgrade}', kind: 'counter', label: 'status' },
    help: 'Upgrades, by the status of their answer',
    of: ({ upgrades }) => Object.entries(upgrades),
  },
  {
    ...{ ...MESSAGES, name: 'rx_process.messages.received', help: 'Messages from clients' },
    of: (stats) => [['', stats.messagesIn]],
  },
  {
    ...{ ...MESSAGES, name: 'rx_process.messages.sent', help: 'Messages to clients' },
    of: (stats) => [['', stats.messagesOut]],
  },
  {
    ...{ ...BYTES, name: 'rx_process.received', help: 'Bytes of messages from clients' },
    of: (stats) => [['', stats.bytesIn]],
  },
  {
    ...{ ...BYTES, name: 'rx_process.sent', help: 'Bytes of frames to clients' },
    of: (stats) => [['', stats.bytesOut]],
  },
  {
    ...{ ...MESSAGES, name: 'rx_process.drops', label: 'reason' },
    help: 'What was dropped on its way from or to clients, by reason',
    of: ({ drops }) => Object.entries(drops),
  },
];

/** Clients choose among the 2,000 codes from 3000 on, and each would be a time series. */
const classOf = (code: string): string =>
  Number(code) < 3_000 ? code : `${code[0]}000-${code[0]}999`;
