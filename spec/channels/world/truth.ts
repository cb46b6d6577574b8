import type { Checks } from './checks.js';
import { Order } from './order.js';
import { Watched } from './watched.js';

/** What was sent to a channel, by epoch and offset, since the world began: as servers have shown it. */
export class Truth {
  readonly watched = new Watched();
  /** Whether servers may show late what others have stored. */
  isToldLate = false;
  readonly order: Order;
  readonly #epochs = new Map<string, Map<number, Sent>>();
  /** By epoch and number, the offsets. */
  readonly #places = new Map<string, number>();
  readonly #known = new Set<number>();

  /** `senderOf`: who has sent a message, by its number, so that the order of what one sends is known. */
  constructor(
    readonly room: string,
    readonly checks: Checks,
    senderOf: (n: number) => string,
  ) {
    this.order = new Order(senderOf);
  }

  of(epoch: string): Map<number, Sent> {
    let sent = this.#epochs.get(epoch);
    if (sent === undefined) {
      sent = new Map();
      this.#epochs.set(epoch, sent);
    }
    return sent;
  }

  /** A server shows a message that has a place: any server the same one there, and none of them twice (CH2). */
  shown(epoch: string, offset: number, { n, key }: Sent): void {
    const { room } = this;
    const sent = this.of(epoch);
    const known = sent.get(offset)?.n ?? n;
    this.checks.must(known === n, `CH2: ${offset} of ${room} is ${n}, and was ${known}`);
    const place = this.#places.get(`${epoch} ${n}`) ?? offset;
    this.checks.must(place === offset, `CH2: ${n} is ${place} and ${offset} of ${room}`);
    sent.set(offset, { n, key });
    this.#places.set(`${epoch} ${n}`, place);
    this.#known.add(n);
  }

  /** Whether a message has got a place. */
  has(n: number): boolean {
    return this.#known.has(n);
  }
}

export interface Sent {
  readonly n: number;
  readonly key: string;
}
