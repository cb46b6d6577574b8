import type { Fate, Receipts, SendOptions } from '../relay/index.js';
import { Fifo } from '../runtime/index.js';

/**
 * The frames of one socket that wait here and not in Node, so that they can still be dropped or replaced
 * (W7, W8), and the acks of those that are on their way (W9). A socket has one only while it needs it.
 */
export class UnsentFrames {
  /** In the order in which they leave; those that were dropped stay until they are reached or swept out. */
  readonly #frames = new Fifo<Waiting>(KEEP);
  #dropped = 0;
  // Invariant: the droppable ones of `#frames` that have not been dropped, in the same order.
  readonly #droppable = new Fifo<Waiting>(KEEP);
  /** The frame to replace for each key. */
  #latest: Map<string, Waiting> | undefined;
  /** The acks of each write that Node has not finished. */
  readonly #leaving = new Set<readonly SendOptions[]>();
  readonly #socket: { readonly receipts: Receipts | undefined };
  bytes = 0;
  /** Bytes that have come since the last flush. */
  added = 0;
  /** Whether the next flush comes from the socket's 'drain'. */
  isAwaited = false;

  constructor(socket: { readonly receipts: Receipts | undefined }) {
    this.#socket = socket;
  }

  /** Whether nothing waits to be written. */
  get isEmpty(): boolean {
    return this.bytes === 0;
  }

  /** Whether there is nothing left to know of. */
  get isIdle(): boolean {
    return this.bytes === 0 && this.#leaving.size === 0;
  }

  /** `key` is that of a frame which the next of its key replaces; such a one takes the place of its last. */
  push(frame: Buffer, isDroppable: boolean, key?: string, options?: SendOptions): void {
    this.bytes += frame.length;
    this.added += frame.length;
    const last = key === undefined ? undefined : this.#latest?.get(key);
    if (last !== undefined) return this.#replace(last, frame, options);
    const waiting: Waiting = { frame, isDroppable, key, options };
    this.#frames.push(waiting);
    if (isDroppable) this.#droppable.push(waiting);
    if (key === undefined) return;
    this.#latest ??= new Map();
    this.#latest.set(key, waiting);
  }

  #replace(waiting: Waiting, frame: Buffer, options: SendOptions | undefined): void {
    this.bytes -= waiting.frame?.length ?? 0;
    const replaced = waiting.options;
    waiting.frame = frame;
    waiting.options = options;
    this.#tell('replaced', replaced);
  }

  /** Drops the oldest frame that may be dropped; `false` if there is none. */
  dropOldest(): boolean {
    if (this.#droppable.size === 0) return false;
    const oldest = this.#droppable.shift();
    this.#forget(oldest);
    oldest.frame = undefined;
    this.#dropped++;
    // Swept out when they are the greater part, which costs each of them one look more.
    if (this.#dropped > KEEP && this.#dropped * 2 > this.#frames.size) {
      this.#frames.extract(({ frame }) => frame === undefined);
      this.#dropped = 0;
    }
    this.#tell('overflow', oldest.options);
    return true;
  }

  /** Drops all frames that wait. */
  dropAll(): void {
    for (const { options } of this.#clear()) this.#tell('overflow', options);
  }

  /** Takes out all frames that wait. */
  #clear(): Waiting[] {
    const waiting = this.#frames.extract(() => true).filter(({ frame }) => frame !== undefined);
    this.#droppable.extract(() => true);
    this.#dropped = 0;
    this.#latest = undefined;
    this.bytes = 0;
    return waiting;
  }

  /** Takes as many of the first frames as fit into `limit` bytes, or one: they will be written. */
  take(limit: number): Chunk {
    const frames: Buffer[] = [];
    const acks: SendOptions[] = [];
    let bytes = 0;
    for (let first = this.#frames.peek(); first !== undefined; first = this.#frames.peek()) {
      const { frame, isDroppable, options } = first;
      if (frame !== undefined && bytes > 0 && bytes + frame.length > limit) break;
      this.#frames.shift();
      if (frame === undefined) {
        this.#dropped--;
        continue;
      }
      if (isDroppable) this.#droppable.shift();
      this.#forget(first);
      frames.push(frame);
      bytes += frame.length;
      if (options?.ref !== undefined) acks.push(options);
    }
    return { bytes: joined(frames, bytes), acks };
  }

  /** A frame does not wait any more. */
  #forget({ frame, key }: Waiting): void {
    this.bytes -= frame?.length ?? 0;
    if (key !== undefined) this.#latest?.delete(key);
  }

  /** Has the acks of a write told when it is done; the result is called by Node, perhaps too late. */
  leaving(acks: readonly SendOptions[]): (error?: Error | null) => void {
    this.#leaving.add(acks);
    return (error) => {
      if (!this.#leaving.delete(acks)) return;
      for (const ack of acks) this.#tell(error ? 'lost' : 'sent', ack);
    };
  }

  /** The socket is gone, and with it what waits here and what was on its way. */
  end(): void {
    const unsent = this.#clear();
    const unsettled = [...this.#leaving].flat();
    this.#leaving.clear();
    for (const options of unsettled) this.#tell('lost', options);
    for (const { options } of unsent) this.#tell('closing', options);
  }

  #tell(fate: Fate, options: SendOptions | undefined): void {
    this.#socket.receipts?.settled(fate, options);
  }
}

/** One buffer of several; a single one is not copied. */
function joined(frames: readonly Buffer[], bytes: number): Buffer {
  return frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames, bytes);
}

/** Frames to be written together, in one buffer. */
interface Chunk {
  readonly bytes: Buffer;
  readonly acks: readonly SendOptions[];
}

/** A frame that waits; without a frame once it is dropped. */
interface Waiting {
  frame: Buffer | undefined;
  readonly isDroppable: boolean;
  readonly key: string | undefined;
  options: SendOptions | undefined;
}

/** How many slots a queue keeps when it is empty, and so many dropped frames are not worth a sweep. */
const KEEP = 32;
