import { EMPTY, endWith, ignoreElements, NEVER, Observable, takeUntil } from 'rxjs';
import { type ExitReason, isOrderly, type Pid } from '../core/index.js';
import type { Kernel } from '../runtime/index.js';
import type { Target } from './routeTo.js';

/**
 * The processes that are started in the place of one that has ended: under its name, if one is given, or
 * else under its id at its supervisor. Completes when none will come, because its supervisor has ended or
 * does not start it any more; one that has no supervisor comes again only if it has crashed (X11).
 */
export function successor(
  kernel: Kernel,
  former: Target,
  name: string | undefined,
  exit: ExitReason,
): Observable<Pid> {
  const { by, id = '' } = former.supervision ?? {};
  const placed$ =
    by === undefined ? undefined : (by.supervision?.team?.successors(id, former.pid) ?? EMPTY);
  if (name === undefined) return placed$ ?? EMPTY;
  const unplaced$ = isOrderly(exit) ? EMPTY : NEVER;
  const over$ = (placed$ ?? unplaced$).pipe(ignoreElements(), endWith(undefined));
  return named(kernel, name).pipe(takeUntil(over$));
}

/** The process that has a name, if one has it, and those that get it from now on. */
function named({ names }: Kernel, name: string): Observable<Pid> {
  return new Observable((subscriber) => {
    subscriber.add(names.whenNamed(name, ({ pid }) => subscriber.next(pid)));
    const owner = names.find(name);
    if (owner !== undefined) subscriber.next(owner.pid);
  });
}
