import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { OutgoingStream } from './outgoingOwner.js';

/** A response as a stream whose every write leaves at once, also where middleware that compresses stands before it. */
export class ResponseStream implements OutgoingStream {
  readonly #response: ServerResponse & { readonly flush?: () => void };

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  get socket(): Duplex | null {
    return this.#response.socket;
  }

  get writableLength(): number {
    return this.#response.writableLength;
  }

  get writableNeedDrain(): boolean {
    return this.#response.writableNeedDrain;
  }

  write(bytes: Uint8Array | string, done?: (error?: Error | null) => void): boolean {
    const hasRoom = this.#response.write(bytes, done);
    this.#response.flush?.();
    return hasRoom;
  }

  once(event: 'drain', listener: () => void): void {
    this.#response.once(event, listener);
  }

  cork(): void {
    this.#response.cork();
  }

  uncork(): void {
    this.#response.uncork();
  }
}
