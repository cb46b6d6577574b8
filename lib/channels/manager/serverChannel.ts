import type { WireMessage } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import { sendToChannel } from '../broker/sendToChannel.js';
import type { SendOptions } from '../table/publish.js';
import { ServerStreams } from './serverStreams.js';

/**
 * One channel as the server has it: its streams, and a way to send to it. It is of the name: the channel need not exist,
 * listening does not make it, and the streams go on if it is deleted and made again. They complete with the manager.
 */
export class ServerChannel extends ServerStreams {
  readonly #broker: Broker;

  /** @internal */
  constructor(broker: Broker, name: string) {
    super(broker, name);
    this.#broker = broker;
  }

  /** How many are in it. */
  get count(): number {
    return this.#broker.channels.find(this.name)?.size ?? 0;
  }

  /** `sendToChannel` of the manager. */
  send(message: WireMessage, options?: SendOptions): number {
    return sendToChannel(this.#broker, this.name, message, options);
  }
}
