import type { Message } from '../../core/index.js';
import type { Outlet } from './outlet.js';

/** How many messages wait before this one, in the outlet where it waits; `undefined` if it does not wait. */
export function countAhead(
  outlets: readonly Outlet<Message>[],
  message: Message,
): number | undefined {
  for (const outlet of outlets) {
    let ahead = 0;
    let found = false;
    outlet.extract((entry) => {
      found ||= entry === message;
      if (!found && 'topic' in entry) ahead++;
      return false;
    });
    if (found) return ahead;
  }
  return undefined;
}
