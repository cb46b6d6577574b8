import type { VirtualTimeScheduler } from 'rxjs';
import {
  type ChannelClient,
  type ChannelOptions,
  connectChannels,
} from '../../../lib/client/index.js';
import type { Checks } from './checks.js';
import { Followed } from './followed.js';
import { type Accepting, Network } from './network.js';
import { kindOf, ROOMS, type Room } from './rooms.js';
import { userOf } from './served.js';
import type { Truth } from './truth.js';

/** A tab of a browser: its network, its client, and what it follows, which it stores over a reload. */
export class Tab {
  readonly network: Network;
  readonly rooms: ReadonlyMap<Room, Followed>;
  client: ChannelClient;
  #seed: number;
  #pages = 0;

  constructor(
    readonly at: number,
    readonly clock: VirtualTimeScheduler,
    server: () => Accepting | undefined,
    truths: ReadonlyMap<Room, Truth>,
    checks: Checks,
  ) {
    this.#seed = at + 1;
    this.network = new Network(clock, server);
    this.client = this.#open();
    const follow = (room: Room): Followed => {
      const truth = truths.get(room) as Truth;
      const channel = this.client.channel(room, this.#optionsOf(room));
      return new Followed(`tab ${at} ${room}`, channel, truth, checks, kindOf(room));
    };
    this.rooms = new Map(ROOMS.map((room) => [room, follow(room)]));
  }

  /** The page is loaded again, and goes on where it was, or not. */
  reload(isStored: boolean): void {
    this.client.close(1001, 'page left');
    this.client = this.#open();
    for (const [room, followed] of this.rooms) {
      const since = isStored ? followed.position : undefined;
      const options = { ...this.#optionsOf(room), ...(since && { since }) };
      followed.move(this.client.channel(room, options), since !== undefined);
    }
  }

  /** One of them begins with what was sent last. */
  #optionsOf(room: Room): ChannelOptions {
    return { params: { at: this.at }, ...(this.at === 2 && room !== 'none:1' && { rewind: 3 }) };
  }

  #open(): ChannelClient {
    const who = `user=${userOf(this.at)}&tab=${this.at}&page=${++this.#pages}`;
    return connectChannels(`ws://server/ws?${who}`, {
      WebSocket: this.network.WebSocket,
      scheduler: this.clock,
      diagnose: false,
      random: () => {
        this.#seed = (this.#seed * 16_807) % 2_147_483_647;
        return this.#seed / 2_147_483_647;
      },
    });
  }
}
