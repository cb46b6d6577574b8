import type { Message } from '../../core/index.js';
import type { Outlet } from './outlet.js';

/**
 * Takes a waiting message out that a later one of the same sender undoes, if it is all that waits of that
 * sender: its receiver has read nothing of either and cannot tell (L2).
 */
export function takeBack(
  outlets: readonly Outlet<Message>[],
  { from }: Message,
  topic: string,
): Message | undefined {
  const waiting: Message[] = [];
  for (const outlet of outlets) {
    outlet.extract((entry) => {
      if ('topic' in entry && entry.from === from) waiting.push(entry);
      return false;
    });
  }
  const [only] = waiting;
  if (only === undefined || waiting.length > 1 || only.topic !== topic) return undefined;
  for (const outlet of outlets) outlet.extractFirst((entry) => entry === only);
  return only;
}
