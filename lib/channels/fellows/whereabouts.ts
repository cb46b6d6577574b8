import type { Unsubscribable } from 'rxjs';
import type { Pid } from '../../core/index.js';
import { type Search, type SearchEvent, search } from './search.js';

/** Where the home of one channel is: asks for it when it is needed, and again when it is lost. */
export class Whereabouts {
  readonly #name: string;
  readonly #world: SearchWorld;
  readonly #seeker: Seeker;
  #state: Search = { phase: 'none' };
  #watch: Unsubscribable | undefined;
  #clock: Unsubscribable | undefined;

  constructor(name: string, world: SearchWorld, seeker: Seeker) {
    this.#name = name;
    this.#world = world;
    this.#seeker = seeker;
  }

  /** The home, if it is on another node. */
  get away(): Pid | undefined {
    return this.#state.phase === 'away' ? this.#state.home : undefined;
  }

  /** Whether the name is asked for, so that it may be this node's already. */
  get isSeeking(): boolean {
    return this.#state.phase === 'seeking';
  }

  step(event: SearchEvent): void {
    const [next, effect] = search(this.#state, event);
    this.#state = next;
    if (effect === 'claim') this.#claim();
    else if (effect === 'wait' && next.phase === 'waiting') this.#wait(next.millis);
    else if (effect === 'watch' && 'home' in next) this.#follow(next.home as Pid);
  }

  stop(): void {
    this.#state = { phase: 'none' };
    this.#watch?.unsubscribe();
    this.#clock?.unsubscribe();
  }

  #claim(): void {
    this.#watch?.unsubscribe();
    this.#seeker.sought();
    this.#world.claim(this.#name, (home) => {
      if (home === undefined) this.step({ type: 'failed' });
      else this.step({ type: 'found', home, isHere: this.#world.isHere(home) });
    });
  }

  #wait(millis: number): void {
    this.#clock = this.#world.after(millis, () =>
      this.step({ type: this.#seeker.isNeeded ? 'due' : 'over' }),
    );
  }

  #follow(home: Pid): void {
    this.#watch?.unsubscribe();
    this.#watch = this.#world.watch(home, () => this.step({ type: 'lost', home }));
    this.#seeker.found();
  }
}

/** Who wants to know it. */
export interface Seeker {
  /** Whether it does still. */
  readonly isNeeded: boolean;
  /** There is none now. */
  sought(): void;
  /** There is one, here or elsewhere. */
  found(): void;
}

/** By what it is found. */
export interface SearchWorld {
  /** Asks for the home, which there is afterwards; `undefined`: not now. */
  claim(name: string, found: (home: Pid | undefined) => void): void;
  isHere(home: Pid): boolean;
  watch(home: Pid, ended: () => void): Unsubscribable;
  after(millis: number, run: () => void): Unsubscribable;
}
