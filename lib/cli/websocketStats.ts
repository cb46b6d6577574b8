import type { Stats } from '../protocol/index.js';
import { askAdmin, noToken } from './askAdmin.js';
import type { Command, Screen } from './command.js';
import { readPeriod, readTarget } from './readTarget.js';
import { statsLine, statsRows } from './statsRows.js';
import { untilInterrupted } from './untilInterrupted.js';

/** What a server has done since it started, once or again and again (CL3). */
export const websocketStats: Command = {
  name: 'websocket:stats',
  about: 'what a server has done: connections, channels, messages, drops, memory',
  options: ['url', 'token-file', 'timeout', 'json', 'watch'],
  async *run({ values: { json, watch, ...values } }, { env, isTerminal }) {
    const target = readTarget(values, env);
    if (target.token === undefined) throw noToken();
    const isLive = watch !== undefined;
    const show = (stats: Stats): Screen => {
      if (json) return JSON.stringify(stats);
      return isLive && !isTerminal ? statsLine(stats) : { rows: statsRows(stats), isLive };
    };
    if (!isLive) return yield show(await askAdmin('stats', target));
    const ask = (signal: AbortSignal): Promise<Stats> => askAdmin('stats', target, signal);
    for await (const stats of untilInterrupted(readPeriod('watch', watch), ask)) yield show(stats);
  },
};
