import type { WireMessage } from '../../protocol/index.js';
import { encodeMessage } from './webSocketMessage.js';

/** A message as it goes to many: its text is made once for each dialect, and only if somebody speaks it (B21). */
export class Encoded {
  #plain: string | undefined;
  #v1: string | undefined;
  readonly isPing: boolean;

  constructor(
    readonly message: WireMessage,
    /** Where it was sent; in v1 it says so itself. */
    readonly channel: string | undefined,
  ) {
    this.isPing = message.type === 'ping';
  }

  /** @throws ProcessError `Invalid` for what is no message. */
  check(): void {
    this.#plain ??= encodeMessage(this.message);
  }

  get plain(): string {
    this.#plain ??= encodeMessage(this.message);
    return this.#plain;
  }

  get v1(): string {
    this.#v1 ??= this.channel === undefined ? this.plain : inChannel(this.channel, this.plain);
    return this.#v1;
  }
}

/** The extension key goes before the others, so that the text of the message is not made anew (CP2). */
const inChannel = (channel: string, plain: string): string =>
  `{"channel":${JSON.stringify(channel)},${plain.slice(1)}`;
