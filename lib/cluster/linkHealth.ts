import type { Unsubscribable } from 'rxjs';
import type { Kernel } from '../runtime/index.js';

/** Warns of a link that is slow, or on which frames get lost: once a second at most, each (D68). */
export class LinkHealth {
  readonly #kernel: Kernel;
  readonly #node: string;
  #slow: Unsubscribable | undefined;
  #counting: Unsubscribable | undefined;
  #told = 0;

  constructor(kernel: Kernel, node: string) {
    this.#kernel = kernel;
    this.#node = node;
  }

  /** Half of the window is taken, or no longer. */
  pressed(isPressed: boolean): void {
    this.#slow?.unsubscribe();
    this.#slow = isPressed
      ? this.#later(() => {
          this.#warn('slow_link', 'half a window or more has been on its way for a second');
        })
      : undefined;
  }

  /** So many frames were sent again, in all. */
  again(count: number): void {
    if (count === this.#told || this.#counting !== undefined) return;
    this.#counting = this.#later(() => {
      this.#counting = undefined;
    });
    this.#warn('resent', `${count - this.#told} frames had to be sent again`);
    this.#told = count;
  }

  stop(): void {
    this.#slow?.unsubscribe();
    this.#counting?.unsubscribe();
  }

  #later(run: () => void): Unsubscribable {
    return this.#kernel.after(1_000, run);
  }

  #warn(code: string, text: string): void {
    this.#kernel.events.warning(code, `${this.#node}: ${text}`);
  }
}
