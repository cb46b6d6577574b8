import { TokenBucket } from '../relay/index.js';
import type { IntakeSettings } from './intakeOptions.js';

/**
 * What one client may still send, by its rates (Q7). It is taken in slices, before they are read, so that
 * a frame costs no more than a count down; a connection has none of this before its first slice is used up.
 */
export class Rates {
  readonly #frames: TokenBucket | undefined;
  readonly #bytes: TokenBucket | undefined;
  readonly #slice: Slice;
  /** The turn of Node's loop in which the latest slice was begun. */
  turn = -1;
  /** Whether the client has ever sent more than it may. */
  wasOver = false;
  /** Goes on at once; there while the client is not read because of its rate. */
  hurry: (() => void) | undefined;

  constructor(settings: IntakeSettings, slice: Slice, now: () => number) {
    this.#slice = slice;
    this.#frames = bucket(settings.messagesPerSecond, slice.frames, now);
    this.#bytes = bucket(settings.bytesPerSecond, slice.bytes, now);
  }

  /** Adds a slice to what is used up; returns the milliseconds until that can be done, or 0 if it is. */
  renew(left: Slice): number {
    const { frames, bytes } = this.#slice;
    if (left.frames <= 0) {
      if (this.#frames?.take(frames) === false) return this.#frames.waitMs(frames);
      left.frames += frames;
    }
    // Bytes are counted when they have been read, so several slices may be owed.
    while (left.bytes <= 0) {
      if (this.#bytes?.take(bytes) === false) return this.#bytes.waitMs(bytes);
      left.bytes += bytes;
    }
    return 0;
  }

  /** As `renew`, whatever the rates are. */
  waive(left: Slice): 0 {
    Object.assign(left, this.#slice);
    return 0;
  }
}

/** What a connection may do, or what is left of that, before it has to let others go first. */
export interface Slice {
  frames: number;
  bytes: number;
}

/** The first slice was given with the connection, so it is taken from the burst. */
function bucket(perSecond: number, first: number, now: () => number): TokenBucket | undefined {
  if (perSecond === Number.POSITIVE_INFINITY) return undefined;
  const tokens = new TokenBucket(perSecond, perSecond, now);
  tokens.take(first);
  return tokens;
}
