import { Subscription } from 'rxjs';
import type { Clock } from './clock.js';

/**
 * Whether the server is still there (CP21). It says something at least once in the time of its heartbeat; where it does
 * not, it is asked, because a timer that fires late proves nothing: tabs are throttled, and laptops sleep.
 */
export class Heartbeat {
  #frames = 0;
  #heardAt = 0;
  #timer = Subscription.EMPTY;
  /** Milliseconds of silence after which it asks. */
  #silence = 0;

  /**
   * @param ask sends what the server answers
   * @param lost called when it does not
   */
  constructor(
    readonly clock: Clock,
    readonly ask: () => void,
    readonly lost: () => void,
  ) {}

  start(heartbeat: number): void {
    this.#silence = heartbeat + GRACE;
    this.#watch();
  }

  stop(): void {
    this.#timer.unsubscribe();
  }

  /** Anything has come. */
  heard(): void {
    this.#frames++;
    this.#heardAt = this.clock.now();
  }

  /** Anything has to come within so many milliseconds. */
  probe(ms: number): void {
    const before = this.#frames;
    this.stop();
    this.ask();
    this.#timer = this.clock.after(ms, () => (this.#frames > before ? this.#watch() : this.lost()));
  }

  #watch(): void {
    const rest = this.#heardAt + this.#silence - this.clock.now();
    if (rest <= 0) return this.probe(ANSWER);
    this.#timer = this.clock.after(rest, () => this.#watch());
  }
}

/** Milliseconds by which the server may be late, and in which it answers. */
const GRACE = 10_000;
const ANSWER = 5_000;
