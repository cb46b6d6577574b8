import { clearInterval, setImmediate, setInterval } from 'node:timers';
import { inNoContext } from '../runtime/index.js';
import type { Holder } from './holders.js';

/** Looks at all sockets of a relay again and again, by one timer for all. */
export class Sweep<T> {
  readonly #sockets: ReadonlySet<T>;
  readonly #millis: number;
  readonly #look: (socket: T) => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param millis between two looks; 0 or Infinity: never */
  constructor(sockets: ReadonlySet<T>, millis: number, look: (socket: T) => void) {
    this.#sockets = sockets;
    this.#millis = millis;
    this.#look = look;
  }

  /** To be called when a socket has come or gone: without sockets no timer keeps Node alive (Q3). */
  update(): void {
    if (this.#sockets.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    } else if (this.#timer === undefined && this.#millis > 0 && this.#millis < Infinity) {
      const look = (): void => {
        for (const socket of this.#sockets) this.#look(socket);
      };
      // When Node was busy for long, timers come before sockets: what has arrived is read first, a pong say.
      const sweep = (): void => void setImmediate(look);
      // The timer serves all sockets, so it must not run in the context of the first one's request.
      this.#timer = inNoContext(() => setInterval(sweep, Math.min(this.#millis, 2 ** 31 - 1)));
    }
  }
}

/** A socket that is looked at again and again. */
export interface Watched extends Holder {
  /** Each `pingInterval`: whether its client is there, and reads. */
  check(): void;
  /** Each `tick` milliseconds: what it waits for. */
  watch(tick: number): void;
}
