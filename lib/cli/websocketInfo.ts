import { Absent, askAdmin } from './askAdmin.js';
import type { Command } from './command.js';
import { defaultInfo } from './defaultInfo.js';
import { defaultRows, infoRows } from './infoRows.js';
import { readTarget } from './readTarget.js';

/**
 * What a server is; where none is running, what one is by default, unless a server is required (CL3). So it needs
 * no token until somebody answers.
 */
export const websocketInfo: Command = {
  name: 'websocket:info',
  about: 'what a server is: endpoints, protocols, features, channels, limits',
  options: ['url', 'token-file', 'timeout', 'json', 'require-server'],
  async *run({ values }, { env }) {
    const target = readTarget(values, env);
    const info = await askAdmin('info', target).catch((error) => {
      if (error instanceof Absent && !values['require-server']) return undefined;
      throw error;
    });
    if (info !== undefined) {
      yield values.json ? JSON.stringify(info) : { rows: infoRows(info, target.url) };
    } else {
      const server = `not running at ${target.url}`;
      yield values.json
        ? JSON.stringify({ ...defaultInfo, server })
        : { rows: defaultRows(defaultInfo, target.url, server) };
    }
  },
};
