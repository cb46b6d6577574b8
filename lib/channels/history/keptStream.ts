import type { Bounds, Extent, Recordable } from './historyStore.js';
import { HistoryStream, type StreamOwner } from './historyStream.js';

/** A stream as another server has written it, its entries as they were sent. */
export interface KeptStream extends Extent {
  readonly name: string;
  /** In the order of their offsets. */
  readonly entries: readonly KeptEntry[];
}

/** One of its messages. */
export interface KeptEntry extends Recordable {
  readonly offset: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Makes of it a stream that goes on where it is. */
export function adopted(
  { name, epoch, top, floor, entries }: KeptStream,
  owner: StreamOwner,
  now: number,
  bounds: Bounds,
): HistoryStream {
  const stream = new HistoryStream(name, epoch, owner, now, bounds);
  stream.floor = floor;
  for (const { offset, at, plain, key } of entries) {
    // There are holes where older values of a key were.
    stream.top = offset - 1;
    stream.append({ plain, key }, at);
  }
  stream.top = top;
  stream.trim(now);
  return stream;
}
