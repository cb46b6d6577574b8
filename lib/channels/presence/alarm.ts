import type { Unsubscribable } from 'rxjs';

/** One timer that is set to the next of several things. It may ring too early: then it is looked what is due, and set anew. */
export class Alarm {
  readonly #clocks: Clocks;
  readonly #ring: () => void;
  #clock: Unsubscribable | undefined;
  #at = 0;

  constructor(clocks: Clocks, ring: () => void) {
    this.#clocks = clocks;
    this.#ring = ring;
  }

  /** Rings at this time of the system's uptime, or before. @param at `Infinity`: not at all */
  set(at: number): void {
    if (this.#clock !== undefined && this.#at <= at) return;
    this.stop();
    if (at === Number.POSITIVE_INFINITY) return;
    this.#at = at;
    this.#clock = this.#clocks.after(Math.max(0, at - this.#clocks.kernel.uptime()), () => {
      this.#clock = undefined;
      this.#ring();
    });
  }

  stop(): void {
    this.#clock?.unsubscribe();
    this.#clock = undefined;
  }
}

/** Whose clocks it goes by. */
export interface Clocks {
  readonly kernel: { uptime(): number };
  after(millis: number, run: () => void): Unsubscribable;
}
