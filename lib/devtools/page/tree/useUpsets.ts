import { useEffect, useRef, useState } from 'preact/hooks';
import { timer } from 'rxjs';
import type { TreeView } from '../../wire/treeView.js';
import { type Upset, upsets } from './upsets.js';

/** Which places flash now, and what has happened last, in words. */
export function useUpsets(roots: readonly TreeView[]): Upsets {
  const before = useRef(roots);
  const [shown, setShown] = useState<Upsets>({ flashes: new Map(), told: '' });
  useEffect(() => {
    const found = upsets(before.current, roots);
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

function show(before: ReadonlyMap<string, string>, found: readonly Upset[]): Upsets {
  const flashes = new Map(before);
  for (const { key, times, isDown } of found) flashes.set(key, `${times} ${isDown}`);
  const texts = found
    .slice(0, TOLD)
    .map(({ name, times, isDown }) =>
      isDown ? `${name} is down` : `${name} was restarted, ${times}×`,
    );
  if (found.length > TOLD) texts.push(`and ${found.length - TOLD} more`);
  return { flashes, told: texts.join('; ') };
}

/** Milliseconds; the style sheet's animation is as long. */
const FLASH = 1_600;
/** How many are told by name, when it is many at once. */
const TOLD = 5;

interface Upsets {
  /** For each place that has had an upset a moment ago, a text that is another one with each. */
  readonly flashes: ReadonlyMap<string, string>;
  readonly told: string;
}
