import {
  type HistoryStream,
  MemoryStore,
  type SavedStream,
  type StoreLimits,
  type StreamEntry,
} from '../channels/index.js';
import { ProcessError } from '../core/index.js';
import {
  type DiskRecord,
  entryKey,
  entryText,
  type StreamRecord,
  streamKey,
} from './diskRecord.js';
import { type Disk, Journal } from './journal.js';

/** Streams in memory, all of which are on disk a moment later. */
export class DiskStore extends MemoryStore {
  readonly #disk: ClosingDisk;
  readonly #journal: Journal;
  /** The names of streams of which something has changed. */
  readonly #changed = new Set<string>();
  #isLoading = true;
  #closing: Promise<void> | undefined;

  constructor(disk: ClosingDisk, limits: StoreLimits, saved: readonly SavedStream[]) {
    super(limits);
    this.#disk = disk;
    this.#journal = new Journal(
      disk,
      () => this.#changes(),
      (error) => this.#report('from now on its history is in memory only: a write', error),
    );
    this.restore(saved);
    this.#isLoading = false;
    // Some may have another epoch now.
    for (const stream of this.streams.values()) this.begun(stream);
  }

  override append(...given: Parameters<MemoryStore['append']>): ReturnType<MemoryStore['append']> {
    if (this.#closing === undefined) return super.append(...given);
    const text = `${this.#disk.path}: the store of history is closed: end the system first`;
    throw new ProcessError('Unavailable', text);
  }

  override close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      const isWhole = await this.#journal.close();
      await this.#disk.close(isWhole);
    } catch (error) {
      this.#report('closing it', error);
    }
  }

  override added(entry: StreamEntry): void {
    super.added(entry);
    if (this.#isLoading) return;
    this.#journal.put(entryKey(entry), entryText(entry));
    this.begun(entry.stream);
  }

  override removed(entry: StreamEntry): void {
    super.removed(entry);
    this.#journal.delete(entryKey(entry));
    this.begun(entry.stream);
  }

  protected override begun({ name }: HistoryStream): void {
    // After an error of the disk the names of all streams to come would be kept.
    if (this.#journal.stir()) this.#changed.add(name);
  }

  protected override ended(stream: HistoryStream): void {
    this.begun(stream);
  }

  /** The records of streams that have changed, as they are now. */
  #changes(): readonly DiskRecord[] {
    const records = [...this.#changed].map((name): DiskRecord => {
      const stream = this.streams.get(name);
      if (stream === undefined) return [streamKey(name), undefined];
      const { epoch, top, floor, lastAt, bounds } = stream;
      const record: StreamRecord = { epoch, top, floor, lastAt, ttl: bounds.ttl };
      return [streamKey(name), JSON.stringify(record)];
    });
    this.#changed.clear();
    return records;
  }

  #report(what: string, error: unknown): void {
    this.host.report(`the store at ${this.#disk.path}: ${what}`, error);
  }
}

/** A disk that is told how it ends. */
export interface ClosingDisk extends Disk {
  readonly path: string;
  /** @param isWhole whether everything was written, so that streams may go on where they are */
  close(isWhole: boolean): Promise<void>;
}
