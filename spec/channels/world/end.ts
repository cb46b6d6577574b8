import { Subject } from 'rxjs';
import type { SendOptions } from '../../../lib/codec/index.js';
import type { Receipts, Socket, SocketEvent } from '../../../lib/relay/index.js';
import type { ServerEnd, Upward, Wire } from './network.js';
import type { Tap } from './tap.js';

/** The server's end of a connection, as the socket of its relay; what goes through it may be looked at. */
export class End implements ServerEnd, Socket {
  readonly events$ = new Subject<SocketEvent>();
  readonly held = 0;
  buffered = 0;
  #isOver = false;
  #receipts: Receipts | undefined;

  constructor(
    readonly wire: Wire,
    readonly tap: Tap | undefined,
    readonly onOver: (end: End) => void,
  ) {}

  // --- the client's side ---------------------------------------------------------------------------

  lag(bytes: number): void {
    this.buffered = bytes;
    if (this.tap !== undefined) this.tap.lag(bytes);
  }

  take(item: Upward): void {
    if (this.#isOver) return;
    if (!('text' in item)) return this.#over(item.code, item.reason);
    const { text } = item;
    this.tap?.up(text);
    this.events$.next({ type: 'frame', data: text, size: Buffer.byteLength(text) });
  }

  lost(): void {
    this.#over(1006, '');
  }

  // --- the server's side ---------------------------------------------------------------------------

  write(data: string | Uint8Array, options?: SendOptions): boolean {
    if (!this.#isOver) {
      this.tap?.down(String(data));
      this.wire.down.push({ text: String(data) });
    }
    if (options?.ref !== undefined) this.#receipts?.settled('sent', options);
    return true;
  }

  track(receipts: Receipts): void {
    this.#receipts = receipts;
  }

  close(code: number, reason: string): void {
    if (this.#isOver) return;
    this.wire.down.push({ code, reason });
    // Its client answers in a turn of its own, as over a network.
    this.wire.network.clock.schedule(() => this.#over(code, reason));
  }

  terminate(): void {
    this.lost();
  }

  throttle(): void {}

  resume(): void {}

  #over(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.onOver(this);
    this.tap?.over(code);
    this.events$.next({ type: 'closed', code, reason });
  }
}
