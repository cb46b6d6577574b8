/** Consecutive numbers that are sent, so many a millisecond; one that is not taken is tried again. */
export class Flood {
  readonly #send: (n: number) => boolean;
  #clock: NodeJS.Timeout | undefined;
  /** The last number that was taken. */
  sent = 0;

  constructor(send: (n: number) => boolean) {
    this.#send = send;
  }

  /** Begins, or goes on where it was. */
  start(rate: number): void {
    clearInterval(this.#clock);
    let last = performance.now();
    this.#clock = setInterval(() => {
      const now = performance.now();
      // Who stood still for long does not make up for it.
      const end = this.sent + Math.ceil(Math.min(now - last, MOST) * rate);
      last = now;
      while (this.sent < end && this.#send(this.sent + 1)) this.sent += 1;
    }, 1);
  }

  stop(): void {
    clearInterval(this.#clock);
  }
}

const MOST = 20;
