import type { Broker } from './broker.js';

/**
 * Does something once all that was sent to a channel before has its place in it (B18): at once, unless that is stored
 * elsewhere.
 */
export function behind({ fellows }: Broker, name: string, run: () => void): void {
  if (fellows === undefined) run();
  else fellows.behind(name, run);
}
