import type { SocketEvent } from '../relay/index.js';
import { Fifo } from '../runtime/index.js';

/** The frames for which a target has no room yet, and behind them the end of the socket, if it has come. */
export class HeldFrames {
  readonly #frames = new Fifo<Frame>(KEEP);
  /** What they take of the memory, about. */
  bytes = 0;
  closed: SocketEvent | undefined;

  get count(): number {
    return this.#frames.size;
  }

  push(frame: Frame): void {
    this.#frames.push(frame);
    this.bytes += frame.size + FRAME_BYTES;
  }

  /** Takes the first frame. Call it only while `count > 0`. */
  shift(): Frame {
    const frame = this.#frames.shift();
    this.bytes -= frame.size + FRAME_BYTES;
    return frame;
  }
}

type Frame = Extract<SocketEvent, { type: 'frame' }>;

/** How many slots the queue keeps when it is empty; few, because an empty one is given up soon. */
const KEEP = 32;

/** What a frame weighs beside its content. */
const FRAME_BYTES = 128;
