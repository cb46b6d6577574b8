import type { Position } from './frame.js';

/**
 * Where a client is in the history of a channel (CH12): an epoch comes only from the server's answer, an offset also from
 * the messages, and it moves before its message is handed on.
 */
export class Place {
  /** After the last message; `undefined`: the channel has no history. */
  position: Position | undefined;
  /** How many replayed messages are to come, and up to where they go. */
  #replay = 0;
  #top = 0;

  /** Whether all that is replayed is there. */
  get isSynced(): boolean {
    return this.#replay === 0;
  }

  /** It is subscribed. Where nothing was missed it stays where it was, and what is replayed moves it. */
  joined(
    { epoch, offset = 0, from = offset, recovered, replay = 0 }: Joined,
    since?: Position,
  ): void {
    if (recovered) this.position = since;
    else this.position = epoch === undefined ? undefined : { epoch, offset: from };
    this.#replay = replay;
    this.#top = offset;
  }

  /** Takes the offset of a message; `false`: it was there before. Offsets may have holes, where a filter passes over some. */
  takes(offset: number | undefined): boolean {
    const { position } = this;
    if (offset === undefined || !position) return true;
    if (offset <= position.offset) return false;
    const isLast = --this.#replay <= 0 || offset >= this.#top;
    this.position = { ...position, offset: isLast ? Math.max(offset, this.#top) : offset };
    if (isLast) this.#replay = 0;
    return true;
  }

  /** The server says where it is, since nothing was for it for long (CH10). */
  moved(position: Position): void {
    this.position = position;
    if (position.offset >= this.#top) this.#replay = 0;
  }

  forget(): void {
    this.position = undefined;
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
