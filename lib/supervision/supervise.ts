import { Observable } from 'rxjs';
import type { Behavior, Output } from '../core/index.js';
import { processOf } from '../runtime/index.js';
import { readPlan, type SuperviseOptions } from './plan.js';
import { Supervisor } from './supervisor.js';

/**
 * A behaviour that starts children, restarts those that fail, and stops them all when it ends, for
 * whatever reason (V1–V7). It traps links: a LINK_DOWN of another process ends it, and a CANCEL stops it
 * in order. It ignores messages that are no calls to it, so that `combine` may add behaviours.
 *
 * Ends with `shutdown` when it is stopped and when restarts are too many, and with a `ChildStartError`
 * when a child fails in its first turn at the start (V4). It emits a warning for each child that it gives up.
 *
 * @throws ProcessError `Invalid` for a bad option, naming it and the child; in the process, when it is
 * given a fake `Self` or supervises already.
 * @example
 * const app = supervise({
 *   strategy: 'rest_for_one',
 *   children: [
 *     { id: 'store', behavior: store, name: 'store' },
 *     { id: 'feed', behavior: feed, restart: 'transient' },
 *   ],
 *   backoff: { initial: '200ms', max: '30s' },
 * });
 * system.spawn(app, { name: 'app' });
 */
export function supervise(options: SuperviseOptions): Behavior {
  const plan = readPlan(options);
  // The function's name is what its process is called where processes are listed.
  const supervisor: Behavior = (inbox, self) => {
    const process = processOf(self, 'supervise');
    return new Observable<Output>((out) => new Supervisor(plan, process, out).run(inbox, self));
  };
  return supervisor;
}
