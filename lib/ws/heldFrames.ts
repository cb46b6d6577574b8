import type { SocketEvent } from '../relay/index.js';
import { Fifo } from '../runtime/index.js';

/** The frames for which a target has no room yet, and behind them the end of the socket, if it has come. */
export class HeldFrames {
  readonly frames = new Fifo<SocketEvent>(KEEP);
  closed: SocketEvent | undefined;
}

/** How many slots the queue keeps when it is empty; few, because an empty one is given up soon. */
const KEEP = 32;
