import { describe, expect, it } from '@jest/globals';
import { readLimits } from '../../lib/channels/definitions/limitOptions.js';
import { defaultInfo } from '../../lib/cli/defaultInfo.js';
import { defaultRows, infoRows } from '../../lib/cli/infoRows.js';
import { layOut, type Rows } from '../../lib/cli/layOut.js';
import { statsLine, statsRows } from '../../lib/cli/statsRows.js';
import { type Info, MAX_CHANNELS, type Stats } from '../../lib/protocol/index.js';
import { readOptions } from '../../lib/upgrade/readOptions.js';
import { INFO, STATS } from '../support/admin.js';

const URL_OF_ADMIN = 'http://127.0.0.1:3000/_rx';
const text = (rows: Rows): string => layOut(rows).join('\n');
const info = (part: Partial<Info>): string => text(infoRows({ ...INFO, ...part }, URL_OF_ADMIN));
const stats = (part: Partial<Stats> = {}): string => text(statsRows({ ...STATS, ...part }));

describe('infoRows', () => {
  it('says what a server is (CL2)', () => {
    expect(info({})).toBe(
      `
rx-process 0.2.0 at http://127.0.0.1:3000 · up 2h13m · pid 4711 · node v22.11.0
Endpoints   ws://127.0.0.1:3000/ws             main
            ws://127.0.0.1:3000/ws/:channel    one channel
Protocols   rx-process.v1, plain
Features    connections, broadcasting, channels, presence, history, requests, resume
Channels    chat:*     process, presence, history 100 / 10m
            dashboard  private, history latest
Limits      connections 65,536 · payload 1 MiB · channels 128 · buffered 4 MiB
Origins     same origin, https://app.example.com`.trim(),
    );
  });

  it('says what there is none of, and what is not limited', () => {
    const nothing = info({
      endpoints: [],
      channels: [],
      origins: [],
      limits: { connections: null, payload: null, channels: null, buffered: null },
    });

    expect(nothing.split('\n').filter((line) => !/^(rx|Prot|Feat)/.test(line))).toEqual([
      'Endpoints   none',
      'Channels    none defined',
      'Limits      connections no limit · payload no limit · channels no limit · buffered no limit',
      'Origins     same origin',
    ]);
    expect(info({ origins: ['*'] })).toMatch(/^Origins {5}any$/m);
  });

  it('shows server-sent events by what a browser asks for (SE1)', () => {
    const endpoints = [{ path: '/events/:channel', kind: 'events' }] as const;

    expect(info({ endpoints }).split('\n')[1]).toBe(
      'Endpoints   http://127.0.0.1:3000/events/:channel    one channel, server-sent events',
    );
  });

  it('shows TLS in the addresses', () => {
    const lines = text(infoRows(INFO, 'https://app.example.com/ops/_rx'));

    expect(lines).toMatch(/^rx-process 0.2.0 at https:\/\/app\.example\.com ·/);
    expect(lines).toMatch(/^Endpoints {3}wss:\/\/app\.example\.com\/ws /m);
  });

  it('says of a channel what is not public, and nothing of one without flags', () => {
    const none = { private: false, process: false, presence: false, history: null };
    const channels = [
      { ...none, pattern: 'secret', private: true, process: true },
      { pattern: 'a', ...none },
    ];

    expect(info({ channels })).toContain('\nChannels    secret  private, process\n            a\n');
  });

  it('says that there may be more channels than a server tells of (CL4)', () => {
    const one = { pattern: 'a', private: false, process: false, presence: false, history: null };
    const many = info({ channels: Array.from({ length: MAX_CHANNELS }, () => one) });

    expect(many).toContain('\n            … 1,000 at most are shown\nLimits');
    expect(info({ channels: [one] })).not.toContain('…');
  });
});

describe('defaultRows', () => {
  it('says what a server is where none is running (CL3)', () => {
    const rows = defaultRows(defaultInfo, URL_OF_ADMIN, 'not running at http://127.0.0.1:3000/_rx');

    expect(text(rows)).toBe(
      `
rx-process ${defaultInfo.info.version}
Endpoints   ws://127.0.0.1:3000/ws             main
            ws://127.0.0.1:3000/ws/:channel    one channel
Features    connections, broadcasting, channels, presence, history, requests, resume
Limits      connections 65,536 · payload 1 MiB · channels 128 · buffered 4 MiB
Server      not running at http://127.0.0.1:3000/_rx`.trim(),
    );
  });

  it('has the limits of the code', () => {
    const { maxPayload, hub } = readOptions('websocketRelay', {});

    expect(defaultInfo.limits).toEqual({
      connections: hub.maxConnections,
      payload: maxPayload,
      channels: readLimits().channels,
      buffered: hub.maxBuffered,
    });
  });
});

describe('statsRows', () => {
  it('says what a server has done (CL2)', () => {
    expect(stats()).toBe(
      `
Connections   1,204 total · 311 active · 893 idle · 40,112 since start
Channels      57 total · 52 with subscribers · 3,902 subscriptions · 12 processes
Messages      sent 1,904,233 (812/s) · received 40,021 (17/s) · broadcast 20,411 (9/s)
History       41 streams · 4,100 messages · 2.1 MiB · recovered 388 · not 12 (epoch 9, expired 3)
Presence      812 keys · 1,004 entries · 14 lingering
Closed        1000 210 · 1001 38,102 · 1006 402 · 1013 7
Process       rss 182 MiB · heap 96 MiB · event loop p99 3 ms`.trim(),
    );
  });

  it('has no rows for what has not happened', () => {
    const lines = text(
      statsRows({
        ...STATS,
        closed: {},
        presence: { keys: 0, entries: 0, lingering: 0 },
        history: { ...STATS.history, streams: 0 },
      }),
    ).split('\n');

    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      'Connections',
      'Channels',
      'Messages',
      'Process',
    ]);
  });

  it('says nothing of the event loop where it was not watched yet', () => {
    const process = { ...STATS.process, event_loop_p99_ms: null };

    expect(stats({ process })).toMatch(/^Process {7}rss 182 MiB · heap 96 MiB$/m);
    expect(statsLine({ ...STATS, process })).toMatch(/· rss 182 MiB$/);
  });

  it('says what was dropped, by reason', () => {
    expect(stats({ drops: { overflow: 1_200, 'no call': 1 } })).toMatch(
      /^Dropped {7}overflow 1,200 · no call 1$/m,
    );
  });
});

describe('statsLine', () => {
  it('says in a line what changes (CL3)', () => {
    expect(statsLine(STATS)).toBe(
      '2026-11-26T08:00:02.000Z · 1,204 connections (311 active) · 57 channels · 3,902 subscriptions · ' +
        'sent 812/s · received 17/s · broadcast 9/s · rss 182 MiB · event loop p99 3 ms',
    );
  });
});

describe('layOut', () => {
  it('puts labels in a column, which it emphasizes', () => {
    const rows: Rows = ['head', ['A', '1', '2'], ['Long', '3']];

    expect(layOut(rows, { emphasize: (label) => `<${label}>` })).toEqual([
      'head',
      '<A      >1',
      '<       >2',
      '<Long   >3',
    ]);
  });

  it('cuts what is longer than a line of the terminal', () => {
    expect(layOut(['0123456789', ['A', '456789']], { columns: 6 })).toEqual(['01234…', 'A   4…']);
  });

  it('writes escapes of what a terminal would obey', () => {
    expect(layOut([['A', '\x1b[2J\u202e\n']])).toEqual(['A   \\u{1b}[2J\\u{202e}\\n']);
  });
});
