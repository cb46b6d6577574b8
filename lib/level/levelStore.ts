import { type HistoryStore, newConnectionId } from '../channels/index.js';
import { countOption, type Known, knownOptions, ProcessError, shown } from '../core/index.js';
import { CLEAN, type DiskRecord, FORMAT, VERSION } from './diskRecord.js';
import { type ClosingDisk, DiskStore } from './diskStore.js';
import { type Readable, readAll } from './readAll.js';

/**
 * Opens a store on disk for the history of channels, which then outlives the server with its epochs and offsets: who comes
 * back after a deployment gets what was sent before it. All of it is in memory as well, so that a subscribe need not wait.
 *
 * It is written a moment after it was sent. So after a crash nobody knows whether all is there that members have seen: the
 * entries stay, but each stream has another epoch, by which clients are told that they may have missed something (CH2). So
 * let the system end in order (`system.shutdown()`): the store is closed by it. After an error of the disk history goes on
 * in memory, there is a warning event, and the next start is as after a crash.
 *
 * @param path a directory, made if it is missing; of one process at a time
 * @throws ProcessError `Invalid`: an option; `Unavailable`: `classic-level` is not installed, or the directory cannot be
 * opened, because another process has it say
 * @example
 * const store = await levelStore('./data/history');
 * createWebSocketManager(system, { channels: [channel('chat:*', { history: { ttl: '24h', store } })] });
 */
export async function levelStore(
  path: string,
  options: LevelStoreOptions = {},
): Promise<HistoryStore> {
  knownOptions('levelStore', options, OPTIONS);
  if (typeof path !== 'string' || path === '') {
    throw new ProcessError('Invalid', `levelStore: ${shown(path)} is no path of a directory`);
  }
  const { bytes = 256 * 1024 * 1024, streams = 100_000 } = options;
  const limits = {
    bytes: countOption('levelStore: bytes', bytes),
    streams: countOption('levelStore: streams', streams),
  };
  const database = await open(path);
  try {
    const saved = await readAll(database, () => newConnectionId().slice(0, 8));
    await database.batch([put(FORMAT, VERSION), put(CLEAN, 'no')], { sync: true });
    return new DiskStore(diskOf(path, database), limits, saved);
  } catch (cause) {
    await database.close();
    if (cause instanceof ProcessError) throw cause;
    throw unavailable(`${path} cannot be read`, cause);
  }
}

/** How much may be in the store; beyond it the oldest goes (CH3). */
export interface LevelStoreOptions {
  /** Bytes of all entries, in memory and on disk, with 128 for each; default 256 MiB. */
  readonly bytes?: number | undefined;
  /** Channels; default 100,000. */
  readonly streams?: number | undefined;
}

const OPTIONS: Known<LevelStoreOptions> = { bytes: true, streams: true };
/** The part of `classic-level` that is used. */
interface Database extends Readable {
  open(): Promise<void>;
  close(): Promise<void>;
  batch(operations: Operation[], options?: { sync: boolean }): Promise<void>;
}

type Operation = { type: 'put'; key: string; value: string } | { type: 'del'; key: string };

const put = (key: string, value: string): Operation => ({ type: 'put', key, value });

async function open(path: string): Promise<Database> {
  const { ClassicLevel } = await import('classic-level').catch((cause: unknown) => {
    throw unavailable('install classic-level: npm install classic-level@3', cause);
  });
  const database: Database = new ClassicLevel(path);
  await database.open().catch((cause: unknown) => {
    const reason = Object((cause as Error).cause).code;
    const why = reason === 'LEVEL_LOCKED' ? 'another process has it open' : 'is it a directory?';
    throw unavailable(`${path} cannot be opened: ${why}`, cause);
  });
  return database;
}

const unavailable = (text: string, cause: unknown): ProcessError =>
  new ProcessError('Unavailable', `levelStore: ${text}`, { cause });

const diskOf = (path: string, database: Database): ClosingDisk => ({
  path,
  write: (records: readonly DiskRecord[]) =>
    database.batch(
      records.map(([key, value]) => (value === undefined ? { type: 'del', key } : put(key, value))),
    ),
  close: async (isWhole) => {
    // Synced, with all that was written before it.
    if (isWhole) await database.batch([put(CLEAN, 'yes')], { sync: true });
    await database.close();
  },
});
