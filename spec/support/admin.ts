import type { Info, Stats } from '../../lib/protocol/index.js';

/** What a server tells of itself, for specs of the admin endpoint and of the command line (CL2's sample). */
export const INFO: Info = {
  admin: 1,
  info: {
    name: 'rx-process',
    version: '0.2.0',
    pid: 4711,
    node: 'v22.11.0',
    uptime_ms: 7_980_000 + 12_345,
  },
  endpoints: [
    { path: '/ws', kind: 'main' },
    { path: '/ws/:channel', kind: 'channel' },
  ],
  protocols: ['rx-process.v1', 'plain'],
  features: [
    'connections',
    'broadcasting',
    'channels',
    'presence',
    'history',
    'requests',
    'resume',
  ],
  channels: [
    {
      pattern: 'chat:*',
      private: false,
      process: true,
      presence: true,
      history: { keep: 'all', size: 100, ttl_ms: 600_000 },
    },
    {
      pattern: 'dashboard',
      private: true,
      process: false,
      presence: false,
      history: { keep: 'latest', size: 100, ttl_ms: 300_000 },
    },
  ],
  limits: { connections: 65_536, payload: 2 ** 20, channels: 128, buffered: 2 ** 22 },
  origins: ['https://app.example.com'],
};

export const STATS: Stats = {
  admin: 1,
  at: Date.UTC(2026, 10, 26, 8, 0, 2),
  uptime_ms: 7_980_000,
  connections: { total: 1_204, active: 311, idle: 893, opened: 40_112 },
  channels: { total: 57, with_subscribers: 52, subscriptions: 3_902, processes: 12 },
  messages: {
    sent: 1_904_233,
    received: 40_021,
    broadcast: 20_411,
    sent_per_second: 811.6,
    received_per_second: 17,
    broadcast_per_second: 9,
  },
  presence: { keys: 812, entries: 1_004, lingering: 14 },
  history: {
    streams: 41,
    messages: 4_100,
    bytes: 2_200_000,
    recovered: 388,
    lost: { epoch: 9, expired: 3 },
  },
  drops: {},
  closed: { 1000: 210, 1001: 38_102, 1006: 402, 1013: 7 },
  process: { rss: 182 * 2 ** 20, heap: 96 * 2 ** 20, event_loop_p99_ms: 3 },
};
