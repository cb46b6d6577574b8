import type { Command } from '../../core/index.js';
import type { Owner } from './owner.js';
import { warnInVain } from './warnInVain.js';

/** Warns of a command that a direct subscriber returns: nobody performs what is returned to a stream (S9). */
export function checkReturned(owner: Owner, returned: object): void {
  const { type, topic } = returned as { readonly type?: unknown; readonly topic?: unknown };
  if (!COMMANDS.has(type as Command['type'])) return;
  const made = typeof topic === 'string' ? `${type}(…) of ${topic}` : `${type}(…)`;
  const advice = 'nobody performs it: return the stream from the behaviour, or use self';
  warnInVain(owner, `a subscriber returned ${made}`, advice);
}

const COMMANDS: ReadonlySet<Command['type']> = new Set([
  'send',
  'broadcast',
  'done',
  'exit',
  'upgrade',
  'reply',
  'report',
]);
