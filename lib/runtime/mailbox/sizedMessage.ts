import type { Message, Ref } from '../../core/index.js';

/** A message whose size counts, as the relay's frames do. The size is no field that a reader sees. */
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
