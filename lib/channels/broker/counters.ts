/** What a manager counts, and how much of it there was in the last ten seconds (CL3). */
export class Counters {
  /** Connections since the manager was made. */
  opened = 0;
  /** Frames to clients. */
  sent = 0;
  /** Frames from clients. */
  received = 0;
  /** Messages to a channel or to all. */
  broadcast = 0;
  /** Close codes, by how often. */
  readonly closed = new Map<number, number>();
  #slots: readonly Slot[] = Array.from({ length: PERIOD + 1 }, () => ({
    second: -1,
    ...NOTHING,
  }));

  /** Notes how much there was until this second; called whenever something has been counted in it. */
  mark(second: number): void {
    const slot = this.#slots[second % (PERIOD + 1)] as Slot;
    if (slot.second === second) return;
    const { sent, received, broadcast } = this;
    Object.assign(slot, { second, sent, received, broadcast });
  }

  /** A second's share of the last ten seconds. */
  rates(second: number): Totals {
    const { sent, received, broadcast } = this;
    const marks = this.#slots.filter((slot) => slot.second >= 0 && slot.second > second - PERIOD);
    const oldest = marks.reduce<Slot | undefined>(
      (first, slot) => (first !== undefined && first.second <= slot.second ? first : slot),
      undefined,
    );
    const before = oldest ?? { sent, received, broadcast };
    return {
      sent: (sent - before.sent) / PERIOD,
      received: (received - before.received) / PERIOD,
      broadcast: (broadcast - before.broadcast) / PERIOD,
    };
  }
}

interface Totals {
  readonly sent: number;
  readonly received: number;
  readonly broadcast: number;
}

interface Slot extends Totals {
  second: number;
}

/** Seconds over which a rate is taken. */
const PERIOD = 10;
const NOTHING: Totals = { sent: 0, received: 0, broadcast: 0 };
