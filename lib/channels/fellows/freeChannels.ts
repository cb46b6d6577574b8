import type { Message } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import { deliver, picksOf, toAllHere } from '../broker/deliver.js';
import type { Aimed, Aiming } from '../broker/fellowsPort.js';
import { sendHere } from '../broker/sendTo.js';
import { Encoded } from '../messages/encoded.js';
import type { Channel } from '../table/channel.js';
import { aimingOf, aimOf } from './aimOf.js';
import { type FellowProcess, type Part, taking } from './fellowProcess.js';
import { type All, frames, type Spread } from './frames.js';

/**
 * Channels that nobody orders, and messages to everybody: each node sends them to its own connections and, encoded once,
 * to the other nodes, where they are sent on at once. Nothing is kept, and what a link does not take is lost with an event.
 */
export class FreeChannels implements Part {
  readonly #broker: Broker;
  readonly #own: FellowProcess;
  readonly takes = [taking(frames.all, (all) => this.#toAll(all))];

  constructor(broker: Broker, own: FellowProcess) {
    this.#broker = broker;
    this.#own = own;
  }

  /** Sends to the members on all nodes; `channel`: that of this node, if it has it. */
  send(channel: Channel | undefined, encoded: Encoded, options: Aimed): number {
    const broker = this.#broker;
    const count = channel === undefined ? 0 : sendHere(broker, channel, encoded, options);
    const known = this.#spread(encoded, options);
    options.done?.(undefined);
    return count + known;
  }

  #spread(encoded: Encoded, aiming: Aiming): number {
    const { channels, kernel } = this.#broker;
    const group = channels.groupOf(encoded.channel as string);
    if (group?.others === undefined || this.#isForNobody(aiming)) return 0;
    const payload: Spread = [encoded.plain, aimOf(aiming)];
    const message = { topic: frames.spread, payload, from: this.#own.pid };
    return kernel.route?.cast(group, message, []) ?? 0;
  }

  /** Another node has sent to a channel. */
  taken(channel: Channel, { payload }: Message): void {
    const broker = this.#broker;
    try {
      const [text, aim] = payload as Spread;
      const encoded = Encoded.crossed(text, channel.name);
      deliver(broker, channel, encoded, { picks: picksOf(aimingOf(aim)) });
    } catch (error) {
      broker.report(`a message to ${channel.name}`, error);
    }
  }

  sendToAll(encoded: Encoded, aiming: Aiming): number {
    if (!this.#isForNobody(aiming)) {
      this.#own.tellAll(frames.all, [encoded.plain, aimOf(aiming)]);
    }
    return 0;
  }

  #toAll([text, aim]: All): void {
    toAllHere(this.#broker, Encoded.crossed(text, undefined), aimingOf(aim));
  }

  deleteElsewhere(name: string): void {
    this.#own.tellAll(frames.delete, [name]);
  }

  /** Whether all whom it is for are of this node. */
  #isForNobody({ only }: Aiming): boolean {
    if (only === undefined) return false;
    const { kernel } = this.#broker;
    return ![...only].some((id) => kernel.isForeign(id));
  }
}
