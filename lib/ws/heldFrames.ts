import type { SocketEvent } from '../relay/index.js';
import { Fifo } from '../runtime/index.js';

/** What a client has sent and its target has no room for yet, and its end, which waits behind that. */
export class HeldFrames {
  readonly frames = new Fifo<SocketEvent>(KEEP);
  closed: SocketEvent | undefined;
}

/** Slots that the queue keeps when it is empty, which it is only for a moment. */
const KEEP = 32;
