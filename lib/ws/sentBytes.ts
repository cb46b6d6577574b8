import type { Duplex } from 'node:stream';

/**
 * Bytes of a TCP socket that have left this process so far, to see whether any do. Node's public
 * counters show a write as a whole, as done or not; how much of a large one is left only its handle
 * tells. Without those fields (another kind of stream) a write counts once it is done.
 */
export function sentBytes(net: Duplex): number {
  const { bytesWritten = 0, writableLength, _bytesDispatched, _handle } = net as Duplex & Counters;
  const dispatched = _bytesDispatched ?? bytesWritten - writableLength;
  return dispatched - (_handle?.writeQueueSize ?? 0);
}

/** What a `net.Socket` and a `tls.TLSSocket` have in every version from Node 20 to 26. */
interface Counters {
  readonly bytesWritten?: number;
  readonly _bytesDispatched?: number;
  readonly _handle?: { readonly writeQueueSize?: number } | null;
}
