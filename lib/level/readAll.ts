import type { SavedStream } from '../channels/index.js';
import { ProcessError } from '../core/index.js';
import { CLEAN, FORMAT, readEntry, type StreamRecord, VERSION } from './diskRecord.js';

/**
 * Reads all streams. Unless the store was closed in order, each has another epoch: members may have seen what was not
 * written yet, and the same epoch and offset are the same message, for ever (CH2).
 *
 * @throws ProcessError `Unavailable`: it was written by a version that is not known here
 */
export async function readAll(
  database: Readable,
  newEpoch: () => string,
): Promise<readonly SavedStream[]> {
  const format = (await database.get(FORMAT)) ?? VERSION;
  if (format !== VERSION) {
    const text = `levelStore: it was written by a newer version of rx-process: format ${format}`;
    throw new ProcessError('Unavailable', text);
  }
  const isClean = (await database.get(CLEAN)) === 'yes';
  const streams = new Map<string, Filling>();
  for await (const [key, value] of database.iterator({ gte: 's', lt: 't' })) {
    const { epoch, ...record } = JSON.parse(value) as StreamRecord;
    const name = key.slice(1);
    streams.set(name, { ...record, name, epoch: isClean ? epoch : newEpoch(), entries: [] });
  }
  for await (const [key, value] of database.iterator({ gte: 'e', lt: 'f' })) {
    const { name, ...entry } = readEntry(key, value);
    streams.get(name)?.entries.push(entry);
  }
  return [...streams.values()];
}

/** A stream whose entries are being read. */
type Filling = Omit<SavedStream, 'entries'> & {
  readonly entries: SavedStream['entries'][number][];
};

/** The part of a database that is read. */
export interface Readable {
  get(key: string): Promise<string | undefined>;
  /** From one key on, up to another, in their order. */
  iterator(range: { readonly gte: string; readonly lt: string }): AsyncIterable<[string, string]>;
}
