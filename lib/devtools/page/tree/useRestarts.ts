import { useEffect, useRef, useState } from 'preact/hooks';
import { timer } from 'rxjs';
import type { TreeView } from '../../wire/treeView.js';
import { type Restart, restarts } from './restarts.js';

/** Which places flash now, and the last restarts in words. */
export function useRestarts(roots: readonly TreeView[]): Restarts {
  const before = useRef(roots);
  const [shown, setShown] = useState<Restarts>({ flashes: new Map(), told: '' });
  useEffect(() => {
    const found = restarts(before.current, roots);
    before.current = roots;
    if (found.length > 0) setShown(({ flashes }) => show(flashes, found));
  }, [roots]);
  useEffect(() => {
    if (shown.flashes.size === 0) return;
    // What flashed while it was out of sight does not flash when it is scrolled to later.
    const subscription = timer(FLASH).subscribe(() => setShown({ ...shown, flashes: new Map() }));
    return () => subscription.unsubscribe();
  }, [shown]);
  return shown;
}

function show(before: ReadonlyMap<string, number>, found: readonly Restart[]): Restarts {
  const flashes = new Map(before);
  for (const { key, times } of found) flashes.set(key, times);
  const names = found.slice(0, TOLD).map(({ name, times }) => `${name} (${times}×)`);
  const rest = found.length > TOLD ? ` and ${found.length - TOLD} more` : '';
  return { flashes, told: `Restarted: ${names.join(', ')}${rest}` };
}

/** Milliseconds; the style sheet's animation is as long. */
const FLASH = 1_600;
/** How many are told by name, when many are restarted at once. */
const TOLD = 5;

interface Restarts {
  /** The number of its last restart, for each place that had one a moment ago. */
  readonly flashes: ReadonlyMap<string, number>;
  readonly told: string;
}
