import { formatDuration } from '../../core/index.js';
import { type Finding, fail, ok } from './finding.js';
import type { Site } from './site.js';

/** Whether a ping is answered. @param pong milliseconds until it was */
export function ping(pong: number | undefined, { timeout }: Site): Finding {
  if (pong !== undefined) return ok(`answered after ${formatDuration(pong)}`);
  return fail(
    `no pong within ${formatDuration(timeout)}`,
    'Express: a busy event loop answers late (rx_process_event_loop_lag_seconds); else what stands between does not pass pings on',
  );
}
