import type { DiskRecord } from './diskRecord.js';

/**
 * Writes behind what happens in memory: all that came while a write was under way is the next one, whole or not at all.
 * What has come and gone meanwhile is not written, so that no more waits than is in memory.
 */
export class Journal {
  readonly #disk: Disk;
  readonly #complete: () => readonly DiskRecord[];
  readonly #failed: (error: unknown) => void;
  readonly #waiting = new Map<string, string | undefined>();
  #writing: Promise<void> | undefined;
  /** `failed`: after an error nothing can be written any more, as what follows would not fit to it. */
  #state: 'open' | 'failed' | 'closed' = 'open';

  /** @param complete what is to be written with the rest, as it is then @param failed is told of the first error */
  constructor(disk: Disk, complete: () => readonly DiskRecord[], failed: (error: unknown) => void) {
    this.#disk = disk;
    this.#complete = complete;
    this.#failed = failed;
  }

  put(key: string, value: string): void {
    this.#waiting.set(key, value);
    this.stir();
  }

  /** A key is over, which is put once at most. */
  delete(key: string): void {
    const isUnwritten = this.#waiting.get(key) !== undefined;
    if (isUnwritten) this.#waiting.delete(key);
    else this.#waiting.set(key, undefined);
    this.stir();
  }

  /** There is something to be written, at the end of this turn; `false`: nothing is any more. */
  stir(): boolean {
    const isOpen = this.#state === 'open';
    if (!isOpen) this.#waiting.clear();
    else this.#writing ??= Promise.resolve().then(() => this.#write());
    return isOpen;
  }

  async #write(): Promise<void> {
    while (this.#state === 'open') {
      const records = [...this.#waiting, ...this.#complete()];
      this.#waiting.clear();
      if (records.length === 0) break;
      await this.#disk.write(records).catch((error: unknown) => {
        this.#state = 'failed';
        this.#waiting.clear();
        this.#failed(error);
      });
    }
    this.#writing = undefined;
  }

  /** Resolves when all is written; `false`: not all could be. Nothing is written after that. */
  async close(): Promise<boolean> {
    while (this.#writing !== undefined) await this.#writing;
    const isWhole = this.#state !== 'failed';
    this.#state = 'closed';
    return isWhole;
  }
}

/** Where records are written. */
export interface Disk {
  /** Resolves when they can be read after the end of this Node process. */
  write(records: readonly DiskRecord[]): Promise<void>;
}
