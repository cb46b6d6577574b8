import { type Duration, durationOption } from '../../core/index.js';
import { type FaultOptions, readFault } from './faultOptions.js';
import { type FaultReport, runFault } from './runFault.js';

/**
 * A client that resets TCP while its handshake is with the handler (J5). `ended` is `'left'`; `status` is
 * `undefined`, unless the handler was faster.
 *
 * @throws ProcessError `Invalid`, by rejecting: the URL or an option.
 * @example await resetDuringUpgrade('ws://127.0.0.1:3000/ws', { after: '5ms' });
 */
export async function resetDuringUpgrade(
  url: string,
  options: ResetOptions = {},
): Promise<FaultReport> {
  const fault = readFault('resetDuringUpgrade', url, options, { after: true });
  const millis = durationOption('after', options.after ?? '50ms');
  return runFault(fault, {
    begin: (peer, request) => {
      // A reset takes back what the server has not read yet, so the request needs a while.
      peer.socket.write(request, 'latin1', () => peer.after(millis, () => peer.stop('left')));
    },
  });
}

/** Options of `resetDuringUpgrade`. */
export interface ResetOptions extends FaultOptions {
  /** How long after the request, so that it is with the handler; default 50 ms. */
  readonly after?: Duration | undefined;
}
