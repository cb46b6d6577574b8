import type { KeptEntry, KeptStream } from '../channels/index.js';
import type { LogRecord } from './log.js';
import { decodeRecord, type StreamRecord } from './streamRecord.js';

/**
 * Makes a stream of its records: the epoch is that of the last one, and what is of another is over. Where the log has lost
 * something that its last writer had, all below what is left counts as lost (CH4).
 *
 * @throws Error: a record cannot be read
 */
export function readBack(name: string, records: readonly LogRecord[]): ReadBack | undefined {
  const all = records.map(({ sequence, bytes }) => ({ sequence, ...decodeRecord(bytes) }));
  const last = all.at(-1);
  if (last === undefined) return undefined;
  const own = all.filter(({ epoch }) => epoch === last.epoch);
  const entries = own.flatMap(entriesOf);
  const top = last.top + last.messages.length;
  const seen = new Map(last.seen);
  for (const { origin } of last.messages) if (origin !== undefined) seen.set(origin.id, origin.n);
  const isLost = last.first !== undefined && !entries.some(({ offset }) => offset === last.first);
  const floor = isLost ? Math.max(last.floor, (entries[0]?.offset ?? top + 1) - 1) : last.floor;
  return {
    stream: { name, epoch: last.epoch, top, floor, entries },
    seen,
    records: all.map(({ sequence, epoch, top: before, messages }) => {
      const isOver = epoch !== last.epoch;
      const range = isOver ? EMPTY : { from: before + 1, to: before + messages.length };
      return { sequence, ...range, living: 0 };
    }),
  };
}

function entriesOf({ top, at, messages }: StreamRecord): KeptEntry[] {
  return messages.map(({ plain, key }, i) => ({ offset: top + 1 + i, plain, key, at }));
}

/** A stream that was read, who has sent to it, and where it is. */
export interface ReadBack {
  readonly stream: KeptStream;
  readonly seen: Map<string, number>;
  readonly records: Place[];
}

/** The offsets of a record's entries, `to` below `from` if it has none. */
export interface Place {
  readonly sequence: number;
  readonly from: number;
  readonly to: number;
  /** How many of them are left. */
  living: number;
}

/** Of a record of a stream that is over: nothing is in it. */
export const EMPTY = { from: 1, to: 0 };
