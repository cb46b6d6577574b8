import type { DropReason, Pid } from '../core/index.js';
import type { Kernel } from '../runtime/index.js';

/**
 * What one relay has counted since it was made. Plain numbers that are added to in place, since two of them are
 * for every frame.
 */
export class Counters {
  opened = 0;
  messagesIn = 0;
  bytesIn = 0;
  messagesOut = 0;
  bytesOut = 0;
  readonly upgrades = new Map<number, number>();
  readonly drops = new Map<DropReason, number>();
  readonly closes = new Map<number, number>();

  /** A whole message has come from a client. */
  received(bytes: number): void {
    this.messagesIn++;
    this.bytesIn += bytes;
  }

  /** A frame was taken for a client. */
  sent(bytes: number): void {
    this.messagesOut++;
    this.bytesOut += bytes;
  }

  /** A handshake was answered with this status. */
  answered(status: number): void {
    add(this.upgrades, status, 1);
  }

  dropped(reason: DropReason, count: number): void {
    add(this.drops, reason, count);
  }

  /** A connection has ended with this close code. */
  closed(code: number): void {
    add(this.closes, code, 1);
  }

  /** The events of a system, for one who has all that it drops counted. */
  counting(events: Kernel['events']): CountedEvents {
    return new CountedEvents(events, this);
  }

  /** @param connections that there are now */
  stats(connections: number): RelayStats {
    const { opened, messagesIn, bytesIn, messagesOut, bytesOut } = this;
    return Object.freeze({
      ...{ connections, opened, messagesIn, bytesIn, messagesOut, bytesOut },
      upgrades: frozen(this.upgrades),
      drops: frozen(this.drops),
      closes: frozen(this.closes),
    });
  }
}

/** The events of the system, for one relay: what it drops is counted as well. */
export class CountedEvents {
  readonly #events: Kernel['events'];
  readonly #counters: Counters;

  constructor(events: Kernel['events'], counters: Counters) {
    this.#events = events;
    this.#counters = counters;
  }

  warning(...warning: Parameters<Kernel['events']['warning']>): void {
    this.#events.warning(...warning);
  }

  drop(pid: Pid, reason: DropReason, count = 1): void {
    this.#counters.dropped(reason, count);
    this.#events.drop(pid, reason, count);
  }

  /** Counts a drop of which there is an event already. */
  count(reason: DropReason): void {
    this.#counters.dropped(reason, 1);
  }

  deadLetter(to: string, topic: string, from: Pid): void {
    this.#counters.dropped('no process', 1);
    this.#events.deadLetter(to, topic, from);
  }
}

/** Figures of a relay since it was made (I13). Nothing in them changes later. */
export interface RelayStats {
  /** Open now, those that are closing included. */
  readonly connections: number;
  /** Ever opened. */
  readonly opened: number;
  /** Messages from clients, those that were dropped afterwards included. */
  readonly messagesIn: number;
  /** Their bytes, without what frames and TLS add. */
  readonly bytesIn: number;
  /** Messages for clients that were taken, those included that were dropped while they waited. */
  readonly messagesOut: number;
  /** The bytes of their frames, each with 2 to 10 bytes of head. */
  readonly bytesOut: number;
  /** How many handshakes had each answer, by its status: 101 has become a connection. */
  readonly upgrades: Readonly<Record<number, number>>;
  /** What was dropped on the way from and to clients, by reason, and upgrades that were refused as `busy`. */
  readonly drops: Readonly<Partial<Record<DropReason, number>>>;
  /** How many connections have ended with each close code; 1006 for those without a close frame. */
  readonly closes: Readonly<Record<number, number>>;
}

function add<K>(counts: Map<K, number>, key: K, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

const frozen = <K extends string | number>(counts: Map<K, number>): Readonly<Record<K, number>> =>
  Object.freeze(Object.fromEntries(counts) as Record<K, number>);
