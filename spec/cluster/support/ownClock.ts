import { Subscription, type VirtualTimeScheduler } from 'rxjs';

/** The clock of all as one node has it: what is to be done at once, its turns, can be held back. */
export class OwnClock {
  readonly scheduler: VirtualTimeScheduler;
  #isHeld = false;
  #waiting: (() => void)[] = [];

  constructor(clock: VirtualTimeScheduler) {
    const schedule: VirtualTimeScheduler['schedule'] = (work, delay = 0, state) => {
      if (!this.#isHeld || delay > 0) return clock.schedule(work, delay, state);
      const subscription = new Subscription();
      this.#waiting.push(() => subscription.add(clock.schedule(work, delay, state)));
      return subscription;
    };
    this.scheduler = new Proxy(clock, {
      get: (_, key) => (key === 'schedule' ? schedule : Reflect.get(clock, key, clock)),
    });
  }

  /** From now on they are, or what was held back is done. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (isHeld) return;
    for (const run of this.#waiting.splice(0)) run();
  }
}
