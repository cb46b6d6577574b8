import { Observable } from 'rxjs';
import type { WireMessage } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import { sendToChannel } from '../broker/sendToChannel.js';
import { channelName } from '../definitions/channelName.js';
import type { Published } from '../definitions/joining.js';
import type { ClientMessage } from '../members/clientMessage.js';
import type { ChannelStreams, MemberEvent } from '../table/channelStreams.js';
import type { SendOptions } from '../table/publish.js';
import { Stream } from '../table/stream.js';

/**
 * One channel as the server has it: its streams, and a way to send to it. It is of the name: the channel need not exist,
 * listening does not make it, and the streams go on if it is deleted and made again. They complete with the manager.
 */
export class ServerChannel {
  readonly name: string;
  readonly #broker: Broker;
  /** What clients send to it that no process takes (B20). */
  readonly messages$: Observable<ClientMessage>;
  /** What is sent to it while it exists, also if nobody is in it. */
  readonly published$: Observable<Published>;
  /** Which connections join and leave, from the subscription on; at each event the lists and counts are as it says. */
  readonly members$: Observable<MemberEvent>;

  /** @internal */
  constructor(broker: Broker, name: string) {
    this.name = channelName(name);
    this.#broker = broker;
    this.messages$ = this.#stream(({ messages }) => messages.stream$);
    this.published$ = this.#stream(({ published }) => published.stream$);
    this.members$ = this.#stream(({ members }) => members.stream$);
  }

  /** How many are in it. */
  get count(): number {
    return this.#broker.channels.find(this.name)?.size ?? 0;
  }

  /** `sendToChannel` of the manager. */
  send(message: WireMessage, options?: SendOptions): number {
    return sendToChannel(this.#broker, this.name, message, options);
  }

  #stream<T>(pick: (streams: ChannelStreams) => Observable<T>): Observable<T> {
    const { channels, streams } = this.#broker;
    const heard$ = new Observable<T>((subscriber) => {
      if (this.#broker.hasEnded) return subscriber.complete();
      const heard = channels.heard(this.name);
      subscriber.add(pick(heard).subscribe(subscriber));
      subscriber.add(() => channels.unheard(heard));
    });
    return new Stream(streams.reporter, heard$);
  }
}
