import type { SocketEvent } from '../relay/index.js';
import { Fifo } from '../runtime/index.js';

/** What a client has sent and its target has no room for yet: frames, and what has to wait behind them. */
export class HeldFrames {
  readonly frames = new Fifo<SocketEvent>(KEEP);
  readonly after: SocketEvent[] = [];

  push(event: SocketEvent): void {
    if (event.type === 'frame') this.frames.push(event);
    else this.after.push(event);
  }
}

/** Slots that the queue keeps when it is empty, which it is only for a moment. */
const KEEP = 32;
