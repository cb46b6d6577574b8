import { type ChannelInfo, type Info, MAX_CHANNELS } from '../protocol/index.js';
import type { DefaultInfo } from './defaultInfo.js';
import { columns, inLine, type Rows } from './layOut.js';
import { readable } from './readable.js';

const { count, size, span } = readable;

/** What `websocket:info` prints of a server (CL2); the server's address is that of its admin endpoint. */
export function infoRows(info: Info, url: string): Rows {
  const { name, version, uptime_ms, pid, node } = info.info;
  const origins = info.origins.includes('*') ? ['any'] : ['same origin', ...info.origins];
  return [
    inLine(
      `${name} ${version} at ${new URL(url).origin}`,
      `up ${span(uptime_ms)}`,
      `pid ${pid}`,
      `node ${node}`,
    ),
    ['Endpoints', ...endpoints(info, url)],
    ['Protocols', info.protocols.join(', ')],
    ['Features', info.features.join(', ')],
    ['Channels', ...channels(info.channels)],
    ['Limits', limits(info)],
    ['Origins', origins.join(', ')],
  ];
}

/** What it prints where no server is running (CL3). */
export function defaultRows(info: DefaultInfo, url: string, server: string): Rows {
  return [
    `${info.info.name} ${info.info.version}`,
    ['Endpoints', ...endpoints(info, url)],
    ['Features', info.features.join(', ')],
    ['Limits', limits(info)],
    ['Server', server],
  ];
}

const KINDS = { main: 'main', channel: 'one channel', events: 'one channel, server-sent events' };

/** The routes of a server, by its address. */
export function endpoints({ endpoints: all }: Pick<Info, 'endpoints'>, url: string): string[] {
  if (all.length === 0) return ['none'];
  const { origin } = new URL(url);
  const base = origin.replace(/^http/, 'ws');
  return columns(
    all.map(({ path, kind }) => [(kind === 'events' ? origin : base) + path, KINDS[kind]]),
    4,
  );
}

function channels(all: readonly ChannelInfo[]): string[] {
  if (all.length === 0) return ['none defined'];
  const lines = columns(
    all.map((each) => [each.pattern, flags(each)]),
    2,
  );
  return all.length < MAX_CHANNELS
    ? lines
    : [...lines, `… ${count(MAX_CHANNELS)} at most are shown`];
}

function flags(channel: ChannelInfo): string {
  const names = (['private', 'process', 'presence'] as const).filter((name) => channel[name]);
  const { history } = channel;
  if (history === null) return names.join(', ');
  const { keep, size: most, ttl_ms } = history;
  const kept = keep === 'latest' ? 'latest' : `${count(most)} / ${span(ttl_ms)}`;
  return [...names, `history ${kept}`].join(', ');
}

function limits({ limits }: Pick<Info, 'limits'>): string {
  const { connections, payload, channels, buffered } = limits;
  const shown = (limit: number | null, show: (limit: number) => string): string =>
    limit === null ? 'no limit' : show(limit);
  return inLine(
    `connections ${shown(connections, count)}`,
    `payload ${shown(payload, size)}`,
    `channels ${shown(channels, count)}`,
    `buffered ${shown(buffered, size)}`,
  );
}
