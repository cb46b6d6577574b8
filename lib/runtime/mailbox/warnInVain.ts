import type { Owner } from './owner.js';

/**
 * Warns that code of a process does something in vain: once for each `what` in a system, 100 of them, and
 * not where `NODE_ENV` is `production`, because it is the same mistake each time (S10).
 */
export function warnInVain({ kernel, pid }: Owner, what: string, advice: string): void {
  if (kernel === undefined || process.env.NODE_ENV === 'production') return;
  const { events } = kernel;
  const known = warned.get(events) ?? new Set();
  if (known.has(what) || known.size >= MAX_WARNED) return;
  warned.set(events, known.add(what));
  events.warning('in_vain', `process ${pid}: ${what}; ${advice}`, pid);
}

/** What the systems have been warned of, each by its events. */
const warned = new WeakMap<object, Set<string>>();
const MAX_WARNED = 100;
