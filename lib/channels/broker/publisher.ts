import { durationOption } from '../../core/index.js';
import type { WireMessage } from '../../protocol/index.js';
import type { Channel } from '../table/channel.js';
import { publish, type Sending } from '../table/publish.js';
import { Gatherings } from './gatherings.js';
import { Tables } from './tables.js';

/** How a manager sends to channels: at once, or what of a channel comes in a short time as one frame (B30). */
export abstract class Publisher extends Tables {
  readonly gatherings = new Gatherings(this);

  /** Sends to a channel and counts it; returns to how many connections. */
  publish(channel: Channel, message: WireMessage, options: Pick<Sending, 'picks' | 'mapFor'>) {
    const { counters, seconds, pid: from } = this;
    const sending = { ...options, seconds, from };
    this.streams.publish(channel, message);
    counters.broadcast++;
    const window = this.#windowOf(channel);
    if (window !== undefined) return this.gatherings.add(channel, message, sending, window);
    const count = publish(channel, message, sending);
    counters.sent += count;
    return count;
  }

  /** Milliseconds in which a channel's messages are gathered; `undefined`: they are not (B30). */
  #windowOf({ name, own }: Channel): number | undefined {
    if (own === undefined && !this.definitions.mayGather) return undefined;
    const { coalesce } = this.definitionOf(name)?.options ?? {};
    return coalesce === undefined ? undefined : durationOption('coalesce', coalesce);
  }
}
