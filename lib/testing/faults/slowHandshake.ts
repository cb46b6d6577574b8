import { countOption } from '../../core/index.js';
import { type FaultOptions, readFault } from './faultOptions.js';
import type { Peer } from './peer.js';
import { type FaultReport, runFault } from './runFault.js';

/**
 * A client that sends its upgrade request byte by byte (J4), as "Slowloris" does. Node answers 408 after
 * `server.headersTimeout`, 60 s by default, at the next look of `connectionsCheckingInterval`: `ended` is
 * `'refused'`.
 *
 * @throws ProcessError `Invalid`, by rejecting: the URL or an option.
 * @example const { status } = await slowHandshake('ws://127.0.0.1:3000/ws', { timeout: '100s' });
 */
export async function slowHandshake(
  url: string,
  options: SlowHandshakeOptions = {},
): Promise<FaultReport> {
  const fault = readFault('slowHandshake', url, options, { bytesPerSecond: true });
  const rate = countOption('bytesPerSecond', options.bytesPerSecond ?? 1, { max: 1_000 });
  return runFault(fault, { begin: (peer, request) => trickle(peer, request, rate) });
}

/** Options of `slowHandshake`. */
export interface SlowHandshakeOptions extends FaultOptions {
  /** How fast the request is sent: bytes a second, up to 1,000; default 1. */
  readonly bytesPerSecond?: number | undefined;
}

function trickle(peer: Peer, request: string, bytesPerSecond: number): void {
  const { socket } = peer;
  let sent = 0;
  const next = (): void => {
    if (socket.writable && sent < request.length) socket.write(request.charAt(sent++), 'latin1');
  };
  next();
  peer.every(1_000 / bytesPerSecond, next);
}
