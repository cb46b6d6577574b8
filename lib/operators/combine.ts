import { defer, merge } from 'rxjs';
import { type Behavior, fromAsync } from '../core/index.js';

/**
 * One process of several behaviours over one inbox: each sees every message, all share the PID. Ends
 * when all have completed, or at the first `done`, exit or error. A message that one of them holds
 * (`act`, `receive`) is held for all.
 *
 * @example combine(rooms, presence, metrics)
 */
export function combine(...behaviors: readonly Behavior[]): Behavior {
  return (inbox, self) =>
    merge(
      // Called one after the other as they are subscribed: the first that ends ends them all.
      ...behaviors.map((behavior) => defer(() => fromAsync(behavior(inbox, self), self))),
    );
}
