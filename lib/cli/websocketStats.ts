import type { Stats } from '../protocol/index.js';
import { askAdmin, noToken } from './askAdmin.js';
import type { Command, Screen } from './command.js';
import { Failure } from './failure.js';
import { readPeriod, readTarget } from './readTarget.js';
import { statsLine, statsRows } from './statsRows.js';
import { untilInterrupted } from './untilInterrupted.js';

/** What a server has done since it started, once or again and again (CL3). */
export const websocketStats: Command = {
  name: 'websocket:stats',
  about: 'what a server has done: connections, channels, messages, drops, memory',
  options: ['url', 'token-file', 'timeout', 'node', 'json', 'watch'],
  async *run({ values: { json, node, watch, ...values } }, { env, isTerminal }) {
    const target = readTarget(values, env);
    if (target.token === undefined) throw noToken();
    const isLive = watch !== undefined;
    const show = (stats: Stats): Screen => {
      if (json) return JSON.stringify(stats);
      return isLive && !isTerminal ? statsLine(stats) : { rows: statsRows(stats), isLive };
    };
    const ask = async (signal?: AbortSignal): Promise<Stats> =>
      ofNode(node, await askAdmin('stats', { ...target, node }, signal), target.url);
    if (!isLive) return yield show(await ask());
    for await (const stats of untilInterrupted(readPeriod('watch', watch), ask)) yield show(stats);
  },
};

/** A server that knows nothing of nodes tells of itself, whatever it is asked. */
function ofNode(node: string | undefined, stats: Stats, url: string): Stats {
  if (node === undefined || stats.nodes?.join() === node) return stats;
  throw new Failure('unexpected', `${url} knows no nodes: is its rx-process older than this one?`);
}
