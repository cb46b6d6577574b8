import type { Command } from './command.js';
import { completion } from './completion.js';
import { websocketInfo } from './websocketInfo.js';
import { websocketStats } from './websocketStats.js';

/** All commands, in the order of the help. */
export const commands: readonly Command[] = [
  websocketInfo,
  websocketStats,
  completion(() => commands),
];
