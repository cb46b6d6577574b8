import type { EventType, Position } from '../../channels/index.js';
import { knownOptions, ProcessError } from '../../core/index.js';
import type { RequestId } from '../../protocol/index.js';
import { ClientAssertions } from './clientAssertions.js';
import { positionIn } from './positionIn.js';
import type { SubscribeFields } from './subscribeFields.js';

/** What a client of a test asks; each returns the id of the request, for `assertReply`. */
export abstract class ClientRequests extends ClientAssertions {
  #refs = 0;
  readonly #once = new Map<RequestId, object>();

  /** Sends a frame as it is: a text, bytes, or an object as its JSON. */
  abstract send(raw: string | Uint8Array | object): void;

  /**
   * Sends an event to a channel, as a request.
   *
   * @param options `once`: it is performed at most once, also if it is sent again by `repeat` (CP23); default false
   */
  push<Data>(
    channel: string,
    event: string | EventType<Data>,
    data?: NoInfer<Data>,
    options: { readonly once?: boolean | undefined } = {},
  ): RequestId {
    knownOptions('push', options, { once: true });
    const { once = false } = options;
    const name = typeof event === 'string' ? event : event.name;
    const payload = { event: name, data: data ?? null };
    const message = { type: 'event', channel, payload, ...(once && { once }) };
    const ref = this.#ask(message);
    if (once) this.#once.set(ref, message);
    return ref;
  }

  /**
   * Sends a once-request again, as a client does that has resumed its session without having had the reply (CP23).
   *
   * @throws ProcessError `Invalid`: it was not sent with `once`.
   */
  repeat(ref: RequestId): void {
    const message = this.#once.get(ref);
    if (message === undefined) {
      throw new ProcessError('Invalid', `repeat: ${this.name} has sent no once-request ${ref}`);
    }
    this.send({ ...message, id: ref });
  }

  /** Sends a command, `refresh` say (CP13). */
  command(command: string, fields: object = {}): RequestId {
    return this.#ask({ type: 'system', payload: { command, ...fields } });
  }

  /** Asks to subscribe a channel. */
  subscribe(channel: string, fields: SubscribeFields = {}): RequestId {
    return this.command('subscribe', { channel, ...fields });
  }

  /** Asks to unsubscribe a channel. */
  unsubscribe(channel: string): RequestId {
    return this.command('unsubscribe', { channel });
  }

  /**
   * Where it is in the history of a channel, as a client keeps it (CH12): by the reply of its subscribe and by what came
   * after it, over all its connections; `undefined`: it was told of none.
   *
   * @example alice.drop(); alice.reconnect(); alice.subscribeAndJoin('chat:1', { since: alice.position('chat:1') });
   */
  position(channel: string): Position | undefined {
    return positionIn(this.frames, channel);
  }

  #ask(message: object): RequestId {
    const id = ++this.#refs;
    this.send({ ...message, id });
    return id;
  }
}
