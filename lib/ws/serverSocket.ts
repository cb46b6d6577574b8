import { encodeFrame } from './encodeFrame.js';
import { WireSocket } from './wireSocket.js';

export type { SocketOwner } from './outgoingOwner.js';

/** The relay's Socket port over the server side of `ws`. */
export class ServerSocket extends WireSocket {
  encode(data: string | Uint8Array): Buffer {
    return encodeFrame(data);
  }

  check(): void {
    if (!this.isOpen) return;
    const progress = this.outgoing.progress();
    // Even if the client sends something, it has read nothing for an interval.
    if (progress === 'stuck') this.congest();
    else this.probe(progress === 'idle');
  }

  /** Its deadlines are those of the relay (Q9). */
  watch(tick: number): void {
    if (this.isOpen) this.incoming.watch(tick);
  }
}
