/**
 * The frames of one drain for a socket, as the end of a path: sockets that are sent the same frames in the same order
 * share it. So a broadcast makes neither a list nor a joined copy for each of them, however many there are.
 */
export class Batch {
  readonly bytes: number;
  readonly #frame: Buffer;
  readonly #before: Batch | undefined;
  /** The path that was made last with one frame more. */
  #next: Batch | undefined;
  #joined: Buffer | undefined;

  private constructor(frame: Buffer, before: Batch | undefined) {
    this.#frame = frame;
    this.#before = before;
    this.bytes = (before?.bytes ?? 0) + frame.length;
  }

  /** `before` and one frame more; the same object for all that ask for it one after the other. */
  static with(frame: Buffer, before: Batch | undefined): Batch {
    const known = before === undefined ? first : before.#next;
    if (known !== undefined && known.#frame === frame) return known;
    const made = new Batch(frame, before);
    if (before === undefined) first = made;
    else before.#next = made;
    return made;
  }

  /** Forgets the last path, so that its memory is free while nothing is sent. */
  static forget(): void {
    first = undefined;
  }

  get isOne(): boolean {
    return this.#before === undefined;
  }

  /** In the order in which they were added. */
  get frames(): Buffer[] {
    const frames: Buffer[] = [];
    for (let at: Batch | undefined = this; at !== undefined; at = at.#before)
      frames.push(at.#frame);
    return frames.reverse();
  }

  /** All of them in one buffer, which nobody changes; a single one is not copied. */
  get joined(): Buffer {
    if (this.isOne) return this.#frame;
    this.#joined ??= Buffer.concat(this.frames, this.bytes);
    return this.#joined;
  }
}

let first: Batch | undefined;
