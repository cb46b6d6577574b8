import { countOption } from '../../core/index.js';
import { clientFrame, OPCODE } from './clientFrame.js';
import { type FaultOptions, readFault } from './faultOptions.js';
import type { Peer } from './peer.js';
import { type FaultReport, runFault } from './runFault.js';

/**
 * A client that sends one message in ever more fragments, and never its end (J7). A server that counts them
 * closes with 1008, or with 1009 where their bytes are too many first.
 *
 * @throws ProcessError `Invalid`, by rejecting: the URL or an option.
 * @example const { code } = await fragmentFlood('ws://127.0.0.1:3000/ws'); // 1008
 */
export async function fragmentFlood(
  url: string,
  options: FragmentFloodOptions = {},
): Promise<FaultReport> {
  const fault = readFault('fragmentFlood', url, options, { fragments: true, size: true });
  const fragments = countOption('fragments', options.fragments ?? 20_000);
  const size = countOption('size', options.size ?? 1, { min: 0, max: 65_536 });
  return runFault(fault, { open: (peer) => flood(peer, fragments, size) });
}

/** Options of `fragmentFlood`. */
export interface FragmentFloodOptions extends FaultOptions {
  /** How many fragments at the most; default 20,000, more than the 16,384 that a relay takes. */
  readonly fragments?: number | undefined;
  /** The bytes in each, 0 to 65,536; default 1. */
  readonly size?: number | undefined;
}

/** Fragments in one write; the next follows when they have left, so that memory stays small. */
const BATCH = 64;

function flood({ socket }: Peer, fragments: number, size: number): void {
  const payload = Buffer.alloc(size, 'x');
  const next = clientFrame(OPCODE.more, payload, false);
  let left = fragments - 1;
  const more = (): void => {
    if (!socket.writable || left <= 0) return;
    const count = Math.min(left, BATCH);
    left -= count;
    socket.write(Buffer.concat(Array<Buffer>(count).fill(next)), more);
  };
  socket.write(clientFrame(OPCODE.text, payload, false), more);
}
