import { ADMIN, type Stats } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import type { Inside } from './inside.js';

/** What a server has done since it started (CL2); of a cluster this node. @param lag that of the event loop */
export function statsOf(inside: Inside, lag: number | null): Stats {
  const { broker, mounts } = inside;
  const { kernel, counters } = broker;
  return {
    admin: ADMIN,
    at: kernel.now(),
    uptime_ms: kernel.uptime(),
    connections: connections(broker),
    channels: channels(broker),
    messages: messages(broker),
    presence: presence(broker),
    history: history(broker),
    drops: added([Object.fromEntries(counters.drops), ...mounts.map((mount) => mount.drops())]),
    closed: Object.fromEntries(counters.closed),
    process: figures(lag),
  };
}

/** Seconds in which a data frame has to go either way for a connection to be active (CL3). */
const ACTIVE = 60;

function connections({ members, counters, seconds }: Broker): Stats['connections'] {
  const since = seconds - ACTIVE;
  const isActive = (member: { readonly activeAt: number }): boolean => member.activeAt > since;
  const total = members.size;
  const active = [...members.values()].filter(isActive).length;
  return { total, active, idle: total - active, opened: counters.opened };
}

function channels(broker: Broker): Stats['channels'] {
  const all = [...broker.channels];
  const sizes = all.map(({ size }) => size).filter((size) => size > 0);
  return {
    total: all.length,
    with_subscribers: sizes.length,
    subscriptions: sizes.reduce((sum, size) => sum + size, 0),
    processes: all.filter(({ room }) => room !== undefined).length,
  };
}

function presence(broker: Broker): Stats['presence'] {
  const sum = { keys: 0, entries: 0, lingering: 0 };
  for (const { attendance } of broker.channels.presences) {
    const { keys, entries, lingering } = attendance.counts;
    sum.keys += keys;
    sum.entries += entries;
    sum.lingering += lingering;
  }
  return sum;
}

function history({ histories, counters }: Broker): Stats['history'] {
  const { streams, entries, bytes } = histories.held;
  const lost = Object.fromEntries(counters.lost);
  return { streams, messages: entries, bytes, recovered: counters.recovered, lost };
}

function messages({ counters, seconds }: Broker): Stats['messages'] {
  const { sent, received, broadcast } = counters;
  const rates = counters.rates(seconds);
  return {
    ...{ sent, received, broadcast },
    sent_per_second: rates.sent,
    received_per_second: rates.received,
    broadcast_per_second: rates.broadcast,
  };
}

function added(tables: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [key, count] of tables.flatMap((table) => Object.entries(table))) {
    sums[key] = (sums[key] ?? 0) + count;
  }
  return sums;
}

function figures(event_loop_p99_ms: number | null): Stats['process'] {
  const { rss, heapUsed } = process.memoryUsage();
  return { rss, heap: heapUsed, event_loop_p99_ms };
}

/** How late the event loop has been since that was asked before, in milliseconds; `null`: it was not. */
export function lagOf(inside: Inside): number | null {
  const p99 = inside.readLag()?.find(([quantile]) => quantile === '0.99')?.[1];
  return p99 === undefined ? null : Math.round(p99 * 10_000) / 10;
}
