import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import type { Unsubscribable } from 'rxjs';
import type { Delivery } from './transport.js';

/**
 * What a node wants to receive: kept until there is a connection, which then keeps it over reconnects. That the server
 * refuses a subscription is a status of the connection.
 */
export class NatsSubscriptions {
  readonly #wanted = new Map<Wanted, Subscription | undefined>();
  #connection: NatsConnection | undefined;

  add(subject: string, receive: Wanted['receive']): Unsubscribable {
    const wanted = { subject, receive };
    this.#subscribe(wanted);
    return {
      unsubscribe: () => {
        this.#wanted.get(wanted)?.unsubscribe();
        this.#wanted.delete(wanted);
      },
    };
  }

  begin(connection: NatsConnection): void {
    this.#connection = connection;
    for (const wanted of this.#wanted.keys()) this.#subscribe(wanted);
  }

  #subscribe(wanted: Wanted): void {
    const callback = (error: Error | null, message: Msg): void => {
      if (error === null) wanted.receive(deliveryOf(message));
    };
    // A connection that is closed refuses, and nothing would come.
    const isOpen = this.#connection?.isClosed() === false && !this.#connection.isDraining();
    const made = isOpen ? this.#connection?.subscribe(wanted.subject, { callback }) : undefined;
    this.#wanted.set(wanted, made);
  }
}

interface Wanted {
  readonly subject: string;
  readonly receive: (delivery: Delivery) => void;
}

/** Its bytes are a Uint8Array and no Buffer, whose `slice` would not copy. */
const deliveryOf = ({ subject, data, headers }: Msg): Delivery => ({
  subject,
  bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  isRefusal: data.length === 0 && headers?.code === 503,
});
