import type { Unsubscribable } from 'rxjs';
import type { Broker } from '../broker/broker.js';
import { encodeMessage } from '../messages/webSocketMessage.js';

/** Milliseconds after which a client of v1 to which nothing went is sent a ping (CP21). */
export const HEARTBEAT = 25_000;

/**
 * Sends a ping to each client of v1 to which nothing went for the time of the heartbeat. One text and one timer serve
 * them all, and the timer runs only while there are such clients. A plain client gets nothing that the page does not have.
 */
export class Heartbeat {
  #clock: Unsubscribable | undefined;

  constructor(readonly broker: Broker) {}

  /** A client of v1 has come. */
  start(): void {
    this.#clock ??= this.broker.kernel.after(TICK, () => this.#beat());
  }

  get isRunning(): boolean {
    return this.#clock !== undefined;
  }

  stop(): void {
    this.#clock?.unsubscribe();
    this.#clock = undefined;
  }

  #beat(): void {
    this.#clock = undefined;
    const { seconds, members, timestamp } = this.broker;
    const ping = encodeMessage({ type: 'ping', timestamp });
    for (const member of members.values()) {
      if (!member.isV1) continue;
      this.start();
      if ((seconds - member.sentAt) * 1_000 >= HEARTBEAT) member.ping(ping);
    }
  }
}

/** How often it is looked, in milliseconds: so that a client waits a fifth longer at most. */
const TICK = 5_000;
