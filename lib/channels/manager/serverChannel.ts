import { Observable } from 'rxjs';
import type { WireMessage } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import { channelName } from '../definitions/channelName.js';
import type { Published } from '../definitions/joining.js';
import type { ClientMessage } from '../members/clientMessage.js';
import type { MemberEvent } from '../table/channel.js';
import type { SendOptions } from '../table/publish.js';
import { type Source, Stream } from '../table/stream.js';

/** One channel as the server has it: its streams, and a way to send to it. It need not exist. */
export class ServerChannel {
  readonly name: string;
  readonly #broker: Broker;
  /** What clients send to it that no process takes (B20). */
  readonly messages$: Observable<ClientMessage>;
  /** What is sent to it. */
  readonly published$: Observable<Published>;
  /** Who joins and leaves, from the subscription on. */
  readonly members$: Observable<MemberEvent>;

  /** @internal */
  constructor(broker: Broker, name: string) {
    this.name = channelName(name);
    this.#broker = broker;
    this.messages$ = this.#stream<ClientMessage>('messages');
    this.published$ = this.#stream<Published>('published');
    this.members$ = this.#stream<MemberEvent>('membership');
  }

  /** How many are in it. */
  get count(): number {
    return this.#broker.channels.find(this.name)?.size ?? 0;
  }

  /** Sends a message to all in it; returns to how many connections. */
  send(message: WireMessage, options: SendOptions = {}): number {
    const channel = this.#broker.channels.find(this.name);
    return channel === undefined ? 0 : this.#broker.publish(channel, message, options);
  }

  /** A stream of the channel, which is made by its first subscriber; it completes when the channel is deleted. */
  #stream<T>(which: 'messages' | 'published' | 'membership'): Observable<T> {
    const { channels, streams } = this.#broker;
    const subscribed = new Observable<T>((subscriber) => {
      const channel = channels.open(this.name);
      channel[which] ??= channels.source(undefined) as never;
      return (channel[which] as unknown as Source<T>).stream$.subscribe(subscriber);
    });
    return new Stream(streams.report, subscribed);
  }
}
