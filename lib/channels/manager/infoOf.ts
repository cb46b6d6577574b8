import { createRequire } from 'node:module';
import {
  ADMIN,
  type ChannelInfo,
  FEATURES,
  type Info,
  MAX_CHANNELS,
  V1,
} from '../../protocol/index.js';
import type { ChannelDefinition } from '../definitions/channelDefinition.js';
import { type HistoryOptions, readHistory } from '../history/historyOptions.js';
import type { Inside } from './inside.js';
import type { Mount } from './mount.js';

const { name, version } = createRequire(import.meta.url)('../../../package.json');

/** What a server is: its endpoints, what is defined, and its limits (CL2). */
export function infoOf({ broker, mounts }: Inside): Info {
  return {
    admin: ADMIN,
    info: {
      ...{ name, version },
      pid: process.pid,
      node: process.version,
      uptime_ms: broker.kernel.uptime(),
    },
    endpoints: mounts.flatMap(({ endpoints }) => endpoints),
    protocols: [V1, 'plain'],
    features: FEATURES,
    channels: definitionsOf(broker).slice(0, MAX_CHANNELS).map(channelInfo),
    limits: {
      connections: among(mounts, 'maxConnections', sum),
      payload: among(mounts, 'maxPayload', Math.max),
      channels: broker.limits.channels,
      buffered: among(mounts, 'maxBuffered', Math.max),
    },
    origins: [...new Set(mounts.flatMap(({ origins }) => origins))],
  };
}

/** What is defined for names and patterns, then what was said of channels when they were created. */
function definitionsOf({ definitions, channels }: Inside['broker']): ChannelDefinition[] {
  const own = [...channels].flatMap((channel) => channel.own ?? []);
  return [...definitions.all(), ...own];
}

const channelInfo = ({ pattern, options }: ChannelDefinition): ChannelInfo => ({
  pattern,
  private: options.isPrivate === true,
  process: options.behavior !== undefined,
  presence: options.presence !== undefined,
  history: options.history === undefined ? null : historyInfo(pattern, options.history),
});

function historyInfo(where: string, history: HistoryOptions): ChannelInfo['history'] {
  const { keep, size, ttl } = readHistory(where, history);
  return { keep, size, ttl_ms: ttl };
}

/** A limit of several routes as one; `null`: none. */
function among(
  mounts: readonly Mount[],
  limit: keyof Mount['limits'],
  join: (...values: number[]) => number,
): number | null {
  const all = join(...mounts.map(({ limits }) => limits[limit]));
  return mounts.length > 0 && Number.isFinite(all) ? all : null;
}

const sum = (...values: number[]): number => values.reduce((one, other) => one + other, 0);
