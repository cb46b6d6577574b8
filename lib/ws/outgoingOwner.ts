import type { Overflow } from '../protocol/index.js';
import type { Counters } from '../relay/index.js';
import type { Holder, Holders } from './holders.js';

/** What all sockets of a relay share, as what goes out on one sees it. */
export interface OutgoingOwner {
  readonly maxBuffered: number;
  /** What may become of a frame that does not say so itself. */
  readonly overflow: Overflow;
  readonly holders: Pick<Holders, 'add'>;
  readonly counters: Pick<Counters, 'sent'>;
  /** Notes that there is something to be flushed at the end of the drain. */
  post(outgoing: Flushable): void;
}

/** The socket, as what goes out on it sees it. */
export interface OutgoingSocket extends Holder {
  /** Makes the frame of a message. */
  encode(data: string | Uint8Array): Buffer;
  /** The peer does not read. */
  congest(): void;
}

/** Has something that is to be written at the end of the drain. */
export interface Flushable {
  flush(): void;
}
