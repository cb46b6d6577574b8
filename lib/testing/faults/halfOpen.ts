import { type FaultOptions, readFault } from './faultOptions.js';
import { type FaultReport, runFault } from './runFault.js';

/**
 * A client whose network is gone, as the server sees it (J2): the connection opens, and from then on no ping
 * and no close frame is answered, while TCP stays. A server that pings cuts it off: `ended` is `'ended'` or
 * `'reset'`.
 *
 * @throws ProcessError `Invalid`, by rejecting: the URL or an option.
 * @example const { ended, millis } = await halfOpen('ws://127.0.0.1:3000/ws', { timeout: '70s' });
 */
export async function halfOpen(url: string, options: FaultOptions = {}): Promise<FaultReport> {
  return runFault(readFault('halfOpen', url, options, {}), { isDeaf: true });
}
