import type { Message } from '../../core/index.js';
import type { Outlet } from './outlet.js';

/**
 * Takes out a waiting message that a later one of the same sender undoes, if nothing else of that sender
 * waits. The receiver has then read neither of the two, so it does not miss them (L2).
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
