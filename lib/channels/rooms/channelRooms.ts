import type { Broker } from '../broker/broker.js';
import type { Rooms } from '../table/room.js';
import { ChannelRoom } from './channelRoom.js';
import { room } from './room.js';

/** The processes of a manager's channels, by name: those that run, and those that will again. */
export class ChannelRooms implements Rooms {
  readonly #broker: Broker;
  readonly #rooms = new Map<string, ChannelRoom>();

  constructor(broker: Broker) {
    this.#broker = broker;
    const { bound, calls, events } = broker.kernel;
    for (const topic of Object.values(room)) events.unreadTopics?.excuse(topic);
    // A client says by an id whether it waits, and the same code answers those that do not.
    for (const topic of [room.event, room.message]) calls.optional.add(topic);
    // Of who comes and goes a process always hears, but of nobody who has left before it looked (L2, M11).
    bound.exempt(room.joined);
    bound.exempt(room.left);
    bound.undoes.set(room.left, room.joined);
  }

  get size(): number {
    return this.#rooms.size;
  }

  isFullFor(name: string): boolean {
    return !this.#rooms.has(name) && this.#rooms.size >= this.#broker.limits.clientChannels;
  }

  find(name: string): ChannelRoom | undefined {
    return this.#rooms.get(name);
  }

  open(name: string): ChannelRoom | undefined {
    const known = this.#rooms.get(name);
    if (known !== undefined) return known;
    if (this.#broker.definitionOf(name)?.options.behavior === undefined) return undefined;
    const made = new ChannelRoom(this.#broker, name, () => this.#rooms.delete(name));
    this.#rooms.set(name, made);
    return made;
  }
}
