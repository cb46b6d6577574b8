import { setImmediate } from 'node:timers';
import { Fifo, inNoContext } from '../runtime/index.js';

/**
 * Whose turn it is to be read on, among the connections of a relay that have used up a slice (Q6): one after
 * the other, one in each turn of Node's loop. So what a client that sends little has to wait for is one
 * slice, however many others send much.
 */
export class Turns {
  readonly #waiting = new Fifo<() => void>(KEEP);
  #number = 0;
  #isAsked = false;

  /** The number of the turn that Node's loop is in. */
  get now(): number {
    if (!this.#isAsked) {
      this.#isAsked = true;
      soon(this.#over);
    }
    return this.#number;
  }

  readonly #over = (): void => {
    this.#isAsked = false;
    this.#number++;
  };

  push(goOn: () => void): void {
    this.#waiting.push(goOn);
    if (this.#waiting.size === 1) soon(this.#next);
  }

  readonly #next = (): void => {
    const goOn = this.#waiting.peek();
    try {
      goOn?.();
    } finally {
      this.#waiting.shift();
      if (this.#waiting.size > 0) soon(this.#next);
    }
  };
}

/** In no request's context, because what goes on is another connection's. */
const soon = (run: () => void): void => void inNoContext(setImmediate, run);

/** How many slots the queue keeps when it is empty. */
const KEEP = 32;
