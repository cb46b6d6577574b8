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
  /** How many connections have ended with each close code. */
  readonly closed = new Map<number, number>();
  /** Clients that came back and got what they had missed. */
  recovered = 0;
  /** Those that could not get it, by reason. */
  readonly lost = new Map<string, number>();
  /** What was dropped by the manager itself, by reason. */
  readonly drops = new Map<string, number>();
  /** What there was until a second, for the last ten in which there was something. */
  readonly #marks: Mark[] = [];

  close(code: number): void {
    this.closed.set(code, (this.closed.get(code) ?? 0) + 1);
  }

  drop(reason: string): void {
    this.drops.set(reason, (this.drops.get(reason) ?? 0) + 1);
  }

  /** A client has come back; `reason`: why it did not get what it had missed. */
  recover(reason: string | undefined): void {
    if (reason === undefined) this.recovered++;
    else this.lost.set(reason, (this.lost.get(reason) ?? 0) + 1);
  }

  /** A second has begun; called before anything is counted in it. */
  mark(second: number): void {
    const { sent, received, broadcast } = this;
    this.#marks.push({ second, sent, received, broadcast });
    if (this.#marks.length > PERIOD) this.#marks.shift();
  }

  /** A second's share of the ten that end with this one. */
  rates(second: number): Totals {
    const { sent, received, broadcast } = this;
    const before = this.#marks.find((mark) => mark.second > second - PERIOD) ?? this;
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

interface Mark extends Totals {
  readonly second: number;
}

/** Seconds over which a rate is taken. */
const PERIOD = 10;
