import type { Message, Ref } from '../../core/index.js';

/** A message whose size is counted: a frame of the relay, or what a client sends to a channel. A reader of the message does not see the size. */
export class SizedMessage implements Message {
  declare readonly ref?: Ref;
  readonly #size: number;

  constructor(
    readonly topic: string,
    readonly payload: unknown,
    readonly from: Message['from'],
    size: number,
    ref?: Ref,
  ) {
    this.#size = size;
    if (ref !== undefined) this.ref = ref;
  }

  static isSized(message: Message): boolean {
    return #size in message;
  }

  static sizeOf(message: Message): number {
    return #size in message ? message.#size : 0;
  }
}
