import type { SchedulerLike } from 'rxjs';

/**
 * What lies between the nodes of `memoryNats` and its server: it takes time, and may lose or delay. What one node sends
 * another stays in order whatever the delays are, as TCP on both ways to the server keeps it.
 */
export class MemoryNetwork {
  /** Of what is published, the part that is lost: 0 to 1. */
  loss = 0;
  /** Milliseconds beside the latency: at least, at most. */
  delays: readonly [least: number, most: number] = [0, 0];

  constructor(
    readonly scheduler: SchedulerLike,
    readonly latency: number,
    readonly random: () => number,
  ) {}

  /** Carries a message, or loses it. */
  carry(lane: Lane, arrive: () => void): void {
    if (this.loss === 0 || this.random() >= this.loss) this.deliver(lane, arrive);
  }

  /** Carries what is never lost on its own. */
  deliver(lane: Lane, arrive: () => void): void {
    const now = this.scheduler.now();
    lane.due = Math.max(lane.due, now + this.latency + this.#delay());
    lane.waiting.push(arrive);
    // Whichever timer it is, the first that waits goes: of equal times a scheduler may take any.
    this.scheduler.schedule(() => lane.waiting.shift()?.(), lane.due - now);
  }

  later(run: () => void, millis = 0): void {
    this.scheduler.schedule(run, millis);
  }

  #delay(): number {
    const [least, most] = this.delays;
    return least === most ? least : least + Math.floor(this.random() * (most - least + 1));
  }
}

/** What is on its way from one node to another. */
export class Lane {
  readonly waiting: (() => void)[] = [];
  /** When the last of it arrives. */
  due = Number.NEGATIVE_INFINITY;
}
