/**
 * What a session has taken and its peer has not acknowledged, in entries and bytes, and how much that may be (D16).
 * It is full once it has reached its limit, so it may exceed it by one entry: else one that is larger than the
 * window could never be sent.
 */
export class Window {
  entries = 0;
  bytes = 0;

  constructor(readonly limits: WindowLimits) {}

  /** Whether what waits is half of a window or more. */
  get isPressed(): boolean {
    return this.#fills(0.5);
  }

  /** Whether it takes nothing but what is exempt. */
  get isFull(): boolean {
    return this.#fills(1);
  }

  /** Takes an entry, unless the window is full, or, for an exempt one, unless `exempt` bytes are exceeded. */
  take(size: number, exempt: boolean): 'taken' | 'full' | 'exceeded' {
    if (!exempt && this.isFull) return 'full';
    if (exempt && this.bytes + size > this.limits.exempt) return 'exceeded';
    this.entries++;
    this.bytes += size;
    return 'taken';
  }

  give(entries: number, bytes: number): void {
    this.entries -= entries;
    this.bytes -= bytes;
  }

  #fills(part: number): boolean {
    const { entries, bytes } = this.limits;
    return this.entries >= part * entries || this.bytes >= part * bytes;
  }
}

/** How much may be unacknowledged. */
export interface WindowLimits {
  readonly entries: number;
  readonly bytes: number;
  /** Bytes up to which exempt entries are taken, those of the others included. */
  readonly exempt: number;
}

const MIB = 1024 * 1024;

/** The limits of D16. */
export const WINDOW: WindowLimits = { entries: 8192, bytes: 4 * MIB, exempt: 64 * MIB };
