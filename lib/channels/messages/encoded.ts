import type { WireMessage } from '../../protocol/index.js';
import type { EventFields } from '../../relay/index.js';
import { eventId } from './eventId.js';
import { encodeMessage } from './webSocketMessage.js';

/** A message as it goes to many: its text is made once for each dialect, and only if somebody speaks it (B21). */
export class Encoded {
  #message: WireMessage | undefined;
  #plain: string | undefined;
  #v1: string | undefined;
  #fields: EventFields | undefined;
  readonly isPing: boolean;

  constructor(
    message: WireMessage | undefined,
    /** Where it was sent; in v1 it says so itself. */
    readonly channel: string | undefined,
    /** Its place in the history of the channel. */
    public place?: Place,
    plain?: string,
  ) {
    this.#message = message;
    this.#plain = plain;
    this.isPing = plain === undefined ? message?.type === 'ping' : plain.startsWith(PING);
  }

  /** A message that another node has made text; it is read only if somebody wants more of it. */
  static crossed(plain: string, channel: string | undefined, place?: Place): Encoded {
    return new Encoded(undefined, channel, place, plain);
  }

  get message(): WireMessage {
    if (this.#message === undefined && this.#plain !== undefined) {
      this.#message = JSON.parse(this.#plain) as WireMessage;
    }
    return this.#message as WireMessage;
  }

  /** @throws ProcessError `Invalid` for what is no message. */
  check(): void {
    this.#plain ??= encodeMessage(this.#message as WireMessage);
  }

  /** It was recorded, as this text of v1. */
  recorded(place: Place, v1: string): void {
    this.place = place;
    this.#v1 = v1;
  }

  get plain(): string {
    this.#plain ??= encodeMessage(this.#message as WireMessage);
    return this.#plain;
  }

  get v1(): string {
    const { channel, place } = this;
    this.#v1 ??= channel === undefined ? this.plain : channelFrame(channel, this.plain, place);
    return this.#v1;
  }

  /** What a server-sent event says of it beside its text; the same object for all (SE5). */
  get fields(): EventFields | undefined {
    const { place } = this;
    if (place?.history === undefined) return undefined;
    this.#fields ??= { id: eventId({ ...place.history.position, offset: place.offset }) };
    return this.#fields;
  }
}

/** How the text of a ping begins (CP2). */
const PING = '{"type":"ping"';

/** Where a message is in the history of its channel. */
export interface Place {
  readonly offset: number;
  /** That history; `undefined` where it is only looked at. */
  readonly history?: { readonly position: { readonly epoch: string } };
  /** What it is about, if anything was said of that. */
  readonly key: string | undefined;
}

/** The extension keys go before the others, so that the text of the message is not made anew (CP2). */
export function channelFrame(channel: string, plain: string, place?: Place): string {
  const head = `{"channel":${JSON.stringify(channel)},`;
  if (place === undefined) return head + plain.slice(1);
  const { offset, key } = place;
  const about = key === undefined ? '' : `"key":${JSON.stringify(key)},`;
  return `${head}"offset":${offset},${about}${plain.slice(1)}`;
}
