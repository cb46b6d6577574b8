/** Sends 1, 2, 3 …, so many a millisecond; a number that is not taken is tried again. */
export function floods(send: (n: number) => boolean, rate: number): Flood {
  return new Flood(send, rate);
}

/** What is being sent. */
export class Flood {
  /** The last number that was taken. */
  sent = 0;
  readonly #clock: NodeJS.Timeout;

  constructor(send: (n: number) => boolean, rate: number) {
    let last = performance.now();
    this.#clock = setInterval(() => {
      const now = performance.now();
      // Who stood still for long does not make up for it.
      const end = this.sent + Math.ceil(Math.min(now - last, MOST) * rate);
      last = now;
      while (this.sent < end && send(this.sent + 1)) this.sent += 1;
    }, 1);
  }

  stop(): number {
    clearInterval(this.#clock);
    return this.sent;
  }
}

const MOST = 20;
