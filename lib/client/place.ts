import type { Position } from './frame.js';

/**
 * Where a client is in the history of a channel (CH12). An epoch comes only from what the server says of it, an offset
 * also from messages.
 */
export class Place {
  /** After the last message; `undefined`: the channel has no history. */
  position: Position | undefined;
  /** How many replayed messages are to come, and up to where they go. */
  #replay = 0;
  #top = 0;

  /** Whether all that is replayed is there. */
  get isSynced(): boolean {
    return this.#replay < 1;
  }

  /** It is subscribed. Where nothing was missed it stays where it was, and what is replayed moves it. */
  joined(
    { epoch, offset = 0, from = offset, recovered, replay = 0 }: Joined,
    since?: Position,
  ): void {
    this.position = recovered ? since : epoch ? { epoch, offset: from } : undefined;
    this.#replay = replay;
    this.#top = offset;
  }

  /** Takes the offset of a message; `false`: it was there before. A filter leaves holes. */
  takes(offset: number | undefined): boolean {
    const { position } = this;
    if (!offset || !position) return true;
    if (offset <= position.offset) return false;
    this.#replay--;
    this.position = { ...position, offset: this.isSynced ? Math.max(offset, this.#top) : offset };
    return true;
  }
}

/** What the server says of the history when it is subscribed (CH4–CH7). */
export interface Joined extends Partial<Position> {
  readonly recovered?: boolean;
  /** How many messages follow. */
  readonly replay?: number;
  /** The offset before the first of them. */
  readonly from?: number;
}
