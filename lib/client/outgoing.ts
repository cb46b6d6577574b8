import type { Clock } from './clock.js';

/** Joins what is sent in one go to one frame, of at most 64 messages and of what the server takes (CC12, CP4). */
export class Outgoing {
  #items: Item[] = [];
  /** Bytes that the server takes as one frame. */
  limit = Infinity;

  constructor(
    readonly clock: Clock,
    readonly write: (text: string) => void,
  ) {}

  /** @param sent called when it leaves, if it does before the connection ends */
  push(text: string, sent?: () => void): void {
    if (this.#items.push({ text, sent }) === 1) this.clock.soon(() => this.flush());
  }

  flush(): void {
    let batch: string[] = [];
    let size = 0;
    const write = (): void => {
      if (batch.length > 0) this.write(batch.length > 1 ? `[${batch}]` : `${batch}`);
      batch = [];
      size = 0;
    };
    for (const { text, sent } of this.#items.splice(0)) {
      const most = mostBytes(text);
      if (batch.length === MOST || size + most > this.limit) write();
      size += most;
      batch.push(text);
      sent?.();
    }
    write();
  }

  clear(): void {
    this.#items = [];
  }

  isTooBig(text: string): boolean {
    return mostBytes(text) > this.limit && new TextEncoder().encode(text).length > this.limit;
  }
}

interface Item {
  readonly text: string;
  readonly sent: (() => void) | undefined;
}

/** Messages of a frame. */
const MOST = 64;

/** Of a text in UTF-8, with what stands beside it in a batch: an upper bound that costs nothing. */
const mostBytes = (text: string): number => text.length * 3 + 2;
