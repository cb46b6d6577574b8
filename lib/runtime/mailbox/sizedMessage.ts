import type { Message, Ref } from '../../core/index.js';

/** A message whose size is counted: a frame of the relay. A reader of the message does not see the size. */
export class SizedMessage implements Message {
  readonly ref?: Ref;
  readonly #size: number;

  constructor(
    readonly topic: string,
    readonly payload: unknown,
    readonly from: Message['from'],
    size: number,
  ) {
    this.#size = size;
  }

  static isSized(message: Message): boolean {
    return #size in message;
  }

  static sizeOf(message: Message): number {
    return #size in message ? message.#size : 0;
  }
}
