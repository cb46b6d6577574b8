import { countOption } from '../../core/index.js';
import { OPCODE } from './clientFrame.js';
import { type FaultOptions, readFault } from './faultOptions.js';
import type { Peer } from './peer.js';
import { type FaultReport, runFault } from './runFault.js';

/**
 * A client that reads slower than the server writes, or not at all (J3), and is there all the same: its pongs
 * come, if late. It ends with 1013 where a server looks at what it has not sent yet; if the close frame stands
 * behind too much, `ended` is `'reset'`.
 *
 * What the kernels of both sides buffer, some MiB on one machine, is as good as read.
 *
 * @throws ProcessError `Invalid`, by rejecting: the URL or an option.
 * @example await slowReader('ws://127.0.0.1:3000/ws/feed', { bytesPerSecond: 1_024, timeout: '30s' });
 */
export async function slowReader(
  url: string,
  options: SlowReaderOptions = {},
): Promise<FaultReport> {
  const fault = readFault('slowReader', url, options, { bytesPerSecond: true });
  const { bytesPerSecond = 1_024 } = options;
  const rate = countOption('bytesPerSecond', bytesPerSecond, { min: 0 });
  return runFault(fault, { open: (peer) => readSlowly(peer, rate) });
}

/** Options of `slowReader`. */
export interface SlowReaderOptions extends FaultOptions {
  /** How fast it reads, once the connection is open: bytes a second; default 1,024; 0: it reads nothing. */
  readonly bytesPerSecond?: number | undefined;
}

/** Milliseconds between two looks. */
const TICK = 100;

/** Node reads up to 64 KiB at once; who is slower than that pauses until the time for it is over. */
function readSlowly(peer: Peer, bytesPerSecond: number): void {
  const { socket } = peer;
  const perTick = (bytesPerSecond * TICK) / 1_000;
  let credit = 0;
  socket.pause();
  socket.on('data', (chunk: Buffer) => {
    credit -= chunk.length;
    if (credit <= 0) socket.pause();
  });
  peer.every(TICK, () => {
    credit = Math.min(credit + perTick, perTick);
    if (credit > 0) socket.resume();
    // Who reads nothing learns only by writing that the server has cut it off. Nobody asked for this pong.
    peer.send(OPCODE.pong);
  });
}
