import type { WireMessage } from '../../protocol/index.js';
import type { Channel } from '../table/channel.js';
import { publish, type Sending } from '../table/publish.js';
import { Gatherings } from './gatherings.js';
import { Tables } from './tables.js';

/** How a manager sends to channels: at once, or what of a channel comes in a short time as one frame (B30). */
export abstract class Publisher extends Tables {
  readonly gatherings = new Gatherings(this);

  /** Sends to a channel and counts it; returns to how many connections. */
  publish(channel: Channel, message: WireMessage, options: Omit<Sending, 'seconds' | 'toProcess'>) {
    const { counters, seconds } = this;
    const sending = { ...options, seconds, toProcess: this.#toProcess };
    counters.broadcast++;
    const window = this.windowOf(channel);
    if (window !== undefined) return this.gatherings.add(channel, message, sending, window);
    const count = publish(channel, message, sending);
    counters.sent += count;
    return count;
  }

  readonly #toProcess: Sending['toProcess'] = (process, { name }, message) => {
    const { type, payload, timestamp, metadata } = message;
    const published = { channel: name, type, payload, timestamp, metadata };
    process.accept({ topic: 'channel.published', payload: published, from: this.pid });
  };
}
