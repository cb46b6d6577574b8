import type { Bounds, Entry, Extent } from './historyStore.js';
import { HistoryStream, type StreamEntry, type StreamOwner } from './historyStream.js';

/** A stream as it was kept elsewhere. */
export interface SavedStream extends Extent {
  readonly name: string;
  readonly ttl: number;
  /** When its last entry came, which may be gone. */
  readonly lastAt: number;
  readonly entries: readonly Omit<Entry, 'size'>[];
}

/** Makes of it a stream that has no entries yet, and these. */
export function revived(
  { name, epoch, ttl, entries, ...rest }: SavedStream,
  owner: StreamOwner,
): { readonly stream: HistoryStream; readonly entries: readonly StreamEntry[] } {
  const stream = new HistoryStream(name, epoch, owner, 0, { ...UNBOUNDED, ttl });
  Object.assign(stream, rest);
  const all = entries.map((entry) => {
    const size = Buffer.byteLength(entry.frame);
    return { ...entry, size, stream, isGone: false };
  });
  return { stream, entries: all };
}

/** Of a stream that nobody has used yet. */
const UNBOUNDED: Bounds = {
  ...{ size: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY },
  ...{ ttl: 0, keep: 'all' },
};
