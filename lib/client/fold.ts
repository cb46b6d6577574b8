import { from, Observable, type ObservableInput, type Subscriber, Subscription, take } from 'rxjs';
import type { Loaded } from './clientChannel.js';
import type { Position, WireMessage } from './frame.js';
import type { Membership } from './membership.js';

/**
 * A state that heals itself (CC5). It subscribes first, so that nothing is lost between what is loaded and what comes;
 * then it loads, folds in what came meanwhile and goes on. After a gap it loads again.
 */
export function fold<S>(
  membership: Membership,
  load: () => ObservableInput<S | Loaded<S>>,
  step: (state: S, message: WireMessage) => S,
): Observable<S> {
  return new Observable((subscriber) => {
    const folding = new Folding(membership, load, step, subscriber);
    subscriber.add(membership.gaps.out$.subscribe(() => folding.stop()));
    subscriber.add(
      membership.messages$.subscribe({
        next: (message) => folding.take(message),
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    );
    subscriber.add(membership.states.out$.subscribe(() => folding.go()));
    return () => folding.stop();
  });
}

class Folding<S> {
  /** What came while it loads; `undefined`: it has to begin. */
  #waiting: WireMessage[] | undefined;
  /** The state, once it is loaded, and whether somebody has seen it. */
  #state: { readonly value: S } | undefined;
  #isSeen = true;
  /** Up to where messages are in what was loaded. */
  #from: Position | undefined;
  #loading = Subscription.EMPTY;

  constructor(
    readonly membership: Membership,
    readonly load: () => ObservableInput<S | Loaded<S>>,
    readonly step: (state: S, message: WireMessage) => S,
    readonly subscriber: Subscriber<S>,
  ) {}

  /** What it has is not to be gone on with. */
  stop(): void {
    this.#loading.unsubscribe();
    this.#state = this.#waiting = undefined;
  }

  /** The channel stands elsewhere: it may be the time to load, or to show what there is. */
  go(): void {
    const { membership } = this;
    if (!membership.isLive) return;
    if (!this.#state && !this.#waiting) this.#begin();
    else if (this.#state && !this.#isSeen && membership.place.isSynced) {
      this.#isSeen = true;
      this.subscriber.next(this.#state.value);
    }
  }

  take(message: WireMessage): void {
    if (this.#state) {
      this.#fold(message);
      this.go();
    } else if (this.#waiting && this.#waiting.push(message) > MOST_WAITING) {
      // What is loaded now has them.
      this.stop();
      this.go();
    }
  }

  #begin(): void {
    this.#waiting = [];
    try {
      this.#loading = from(this.load())
        .pipe(take(1))
        .subscribe({
          next: (loaded) => this.#loaded(loaded),
          error: (error) => this.subscriber.error(error),
        });
    } catch (error) {
      this.subscriber.error(error);
    }
  }

  #loaded(loaded: S | Loaded<S>): void {
    const { state, position } = isLoaded(loaded) ? loaded : { state: loaded, position: undefined };
    const waiting = this.#waiting ?? [];
    this.#state = { value: state };
    this.#from = position;
    this.#isSeen = false;
    this.#waiting = undefined;
    for (const message of waiting) this.#fold(message);
    this.go();
  }

  #fold(message: WireMessage): void {
    const { offset = Infinity } = message;
    const isSame = this.#from?.epoch === this.membership.place.position?.epoch;
    if (this.#state === undefined || (this.#from && isSame && offset <= this.#from.offset)) return;
    const { value } = this.#state;
    try {
      this.#state = { value: this.step(value, message) };
      this.#isSeen = false;
    } catch (error) {
      this.subscriber.error(error);
    }
  }
}

/** Messages kept while it loads. */
const MOST_WAITING = 1_000;

/** Whether it says a position beside the state: nothing but those two keys. */
const isLoaded = <S>(loaded: S | Loaded<S>): loaded is Loaded<S> =>
  'state' in Object(loaded) &&
  Object.keys(loaded as object).every((key) => key === 'state' || key === 'position');
