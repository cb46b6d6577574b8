import type { WireMessage } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import { sendToChannel } from '../broker/sendToChannel.js';
import type { SendOptions } from '../table/sending.js';
import { ChannelView } from './channelView.js';

/**
 * One channel as the server has it: its streams, its history, and a way to send to it. It is of the name: the channel need
 * not exist, listening does not make it, and the streams go on if it is deleted and made again. They complete with the
 * manager.
 */
export class ServerChannel extends ChannelView {
  readonly #broker: Broker;

  /** @internal */
  constructor(broker: Broker, name: string) {
    super(broker, name);
    this.#broker = broker;
  }

  /** `sendToChannel` of the manager. */
  send(message: WireMessage, options?: SendOptions): number {
    return sendToChannel(this.#broker, this.name, message, options);
  }
}
