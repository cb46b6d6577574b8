import type { Command } from './command.js';
import { completion } from './completion.js';
import { conformance } from './conformance.js';
import { doctor } from './doctor.js';
import { newApplication } from './newApplication.js';
import { serve } from './serve.js';
import { websocketInfo } from './websocketInfo.js';
import { websocketStats } from './websocketStats.js';

/** All commands, in the order of the help. */
export const commands: readonly Command[] = [
  websocketInfo,
  websocketStats,
  serve,
  newApplication,
  conformance,
  doctor,
  completion(() => commands),
];
