import { Observable, type ObservableInput, type Subscriber, type Subscription } from 'rxjs';
import type { Loaded } from './clientChannel.js';
import { firstOf } from './firstOf.js';
import type { Position, WireMessage } from './frame.js';
import type { Membership } from './membership.js';

/**
 * A state that heals itself (CC5). It subscribes first, so that nothing is lost between what is loaded and what comes;
 * then it loads, folds in what came meanwhile and goes on. After a gap it loads again.
 */
export function fold<S>(
  membership: Membership,
  messages$: Observable<WireMessage>,
  load: () => ObservableInput<S | Loaded<S>>,
  step: (state: S, message: WireMessage) => S,
): Observable<S> {
  return new Observable((subscriber) => {
    const folding = new Folding(membership, load, step, subscriber);
    subscriber.add(membership.gaps.out$.subscribe(() => folding.stop()));
    subscriber.add(
      messages$.subscribe({
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
  /** What came since it began to load; `undefined`: it has to begin. */
  #waiting: WireMessage[] | undefined;
  /** The state, once it is loaded, and whether it was shown. */
  #state: { readonly value: S } | undefined;
  #isShown = true;
  /** Up to where messages are in what was loaded. */
  #from: Position | undefined;
  #loading: Subscription | undefined;

  constructor(
    readonly membership: Membership,
    readonly load: () => ObservableInput<S | Loaded<S>>,
    readonly step: (state: S, message: WireMessage) => S,
    readonly subscriber: Subscriber<S>,
  ) {}

  /** What it has is not to be gone on with. */
  stop(): void {
    this.#loading?.unsubscribe();
    this.#state = this.#waiting = undefined;
  }

  /** It may be the time to load, or to show what there is. */
  go(): void {
    const { isLive, place } = this.membership;
    if (!isLive) return;
    if (!this.#waiting) this.#begin();
    else if (this.#state && !this.#isShown && place.isSynced) {
      this.#isShown = true;
      this.subscriber.next(this.#state.value);
    }
  }

  take(message: WireMessage): void {
    if (this.#state) this.#fold(message);
    // Too many to be kept: what is loaded now has them.
    else if (this.#waiting && this.#waiting.push(message) > MOST_WAITING) this.stop();
    this.go();
  }

  #begin(): void {
    const waiting: WireMessage[] = [];
    this.#waiting = waiting;
    this.#loading = firstOf<S | Loaded<S>>(
      this.load,
      (loaded) => {
        // Another began meanwhile.
        if (waiting !== this.#waiting) return;
        const { state, position } = isLoaded(loaded)
          ? loaded
          : { state: loaded, position: undefined };
        this.#from = position;
        this.#state = { value: state };
        this.#isShown = false;
        for (const message of waiting) this.#fold(message);
        this.go();
      },
      (error) => this.subscriber.error(error),
    );
  }

  #fold(message: WireMessage): void {
    const { epoch = '', offset = 0 } = this.#from ?? {};
    const isSame = epoch === this.membership.place.position?.epoch;
    if (!this.#state || (isSame && (message.offset ?? Infinity) <= offset)) return;
    try {
      this.#state = { value: this.step(this.#state.value, message) };
      this.#isShown = false;
    } catch (error) {
      this.subscriber.error(error);
    }
  }
}

/** Messages kept while it loads. */
const MOST_WAITING = 1_000;

/** Whether it says a position beside the state: it has nothing but those two keys. */
const isLoaded = <S>(loaded: S | Loaded<S>): loaded is Loaded<S> =>
  'state' in Object(loaded) &&
  Object.keys(loaded as object).every((key) => /^(state|position)$/.test(key));
