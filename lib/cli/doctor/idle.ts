import { type Finding, fail, ok, warn } from './finding.js';
import type { Silence } from './seen.js';

/**
 * Whether the path keeps a connection on which the client is silent. The server's pings keep it alive, so what is told
 * is when they came; where none came, that it is open says no more than what was waited for.
 */
export function idle({ idle: waited, pings, heard, end }: Silence): Finding {
  const alive =
    pings.length === 0
      ? 'no ping of the server came'
      : `the server's pings came after ${shown(pings)}`;
  if (end === undefined) {
    const text = `open after ${seconds(waited)}; ${alive}`;
    if (pings.length > 0) return ok(text);
    if (waited < PROXIES) return ok(`${text} (proxies wait for 60s: --idle 65s)`);
    return warn(
      `${text}: who is lost is not found`,
      "Express: websocketRelay(system, { pingInterval: '30s' })",
    );
  }
  const { code, reason, after } = end;
  const how = `${code}${reason === '' ? '' : ` "${reason}"`} after ${seconds(after)}`;
  if (code === 1012 || /shutting down|restart/.test(reason)) {
    return warn(`${how}: the server has ended or was restarted meanwhile; ask again`);
  }
  if (code !== 1006) {
    return warn(
      `${how}: the server has closed it itself`,
      'Express: websocketRelay(system, { idleTimeout: 0 }), if it is meant to last; for expires_at a new token in time',
    );
  }
  const silence = after - (heard.at(-1) ?? 0);
  if (silence < 0.9 * gap(heard)) {
    return fail(
      `cut off (${how}), ${seconds(silence)} after something came: no time-out of silence`,
      'proxy: the longest life of a connection, if it has one; else the log of the server, which may have crashed',
    );
  }
  return fail(
    `cut off (${code}) after ${seconds(silence)} of silence, by a time-out on the way; ${alive}`,
    'nginx: proxy_read_timeout 75s; or on a load balancer its idle time-out, above the pings of the server (30s)',
    `Express: websocketRelay(system, { pingInterval: '${halfOf(silence)}' }), where that cannot be changed`,
  );
}

/** Pings that come twice as often as it is cut. */
const halfOf = (silence: number): string =>
  silence < 2_000 ? `${Math.floor(silence / 200)}00ms` : `${Math.floor(silence / 2_000)}s`;

/** Milliseconds that nginx and load balancers wait by default. */
const PROXIES = 60_000;

/** The longest silence before: what lives through it is not cut for a shorter one. */
const gap = (heard: readonly number[]): number =>
  heard.reduce((most, at, n) => Math.max(most, at - (heard[n - 1] ?? 0)), 0);

/** As proxies have it in their settings: `60s`, and never `1m0s`. */
const seconds = (millis: number): string =>
  `${Number((millis / 1_000).toFixed(millis < 9_950 ? 1 : 0))}s`;

const shown = (pings: readonly number[]): string => {
  const all = pings.map(seconds);
  return all.length > 4 ? `${all.slice(0, 3).join(', ')} … ${all.at(-1)}` : all.join(', ');
};
