import type { Duplex } from 'node:stream';
import type { Traffic } from '../relay/index.js';
import type { OutgoingStream } from './outgoingOwner.js';

/**
 * How many bytes of a TCP socket have left this process so far. Node's public counters count a write only
 * when all of it is done; how much of a large one has left can only be read from the socket's handle.
 * Another kind of stream has no such fields, and a write counts there once it is done.
 */
export function sentBytes(stream: OutgoingStream): number {
  const net = netOf(stream);
  const { bytesWritten = 0, writableLength, _bytesDispatched, _handle } = net;
  const dispatched = _bytesDispatched ?? bytesWritten - writableLength;
  return dispatched - (_handle?.writeQueueSize ?? 0);
}

/** The bytes of both ways. */
export function trafficOf(stream: OutgoingStream): Traffic {
  return { read: netOf(stream).bytesRead ?? 0, written: sentBytes(stream) };
}

const netOf = (stream: OutgoingStream): Duplex & Counters =>
  (stream.socket ?? stream) as Duplex & Counters;

/** What a `net.Socket` and a `tls.TLSSocket` have in every version from Node 20 to 26. */
interface Counters {
  readonly bytesRead?: number;
  readonly bytesWritten?: number;
  readonly _bytesDispatched?: number;
  readonly _handle?: { readonly writeQueueSize?: number } | null;
}
