import { map, Observable, type ObservableInput, type Subscription } from 'rxjs';
import type { ClientChannel, Loaded } from './clientChannel.js';
import { firstOf } from './firstOf.js';
import type { WireMessage } from './frame.js';
import type { Place } from './place.js';

/**
 * A state that heals itself (CC5). It subscribes first, so that nothing is lost between what is loaded and what comes;
 * then it loads, folds in what came meanwhile and goes on. After a gap it loads again.
 */
export function fold<S>(channel: Folded, load: Load<S>, step: Step<S>): Observable<S> {
  return new Observable((subscriber) => {
    const error = (reason: unknown): void => subscriber.error(reason);
    const folding = new Folding(channel, load, step, error, (state: S) => subscriber.next(state));
    const complete = (): void => subscriber.complete();
    subscriber.add(channel.gaps$.subscribe(() => folding.stop()));
    subscriber.add(
      channel.messages$
        .pipe(map((message) => folding.take(message)))
        .subscribe({ error, complete }),
    );
    subscriber.add(channel.state$.subscribe(() => folding.go()));
    return () => folding.stop();
  });
}

class Folding<S> {
  /** What came since it began to load; `undefined`: it has to begin. */
  #waiting: WireMessage[] | undefined;
  /** The state, once it is loaded, and the one that was shown. */
  #state: Loaded<S> | undefined;
  #shown: Loaded<S> | undefined;
  #loading: Subscription | undefined;

  constructor(
    readonly channel: Folded,
    readonly load: Load<S>,
    readonly step: Step<S>,
    readonly error: (reason: unknown) => void,
    readonly show: (state: S) => void,
  ) {}

  /** What it has is not to be gone on with. */
  stop(): void {
    this.#loading?.unsubscribe();
    this.#waiting = this.#state = undefined;
  }

  /** It may be the time to load, or to show what there is. */
  go(): void {
    const { isLive, place } = this.channel;
    const state = this.#state;
    if (isLive && !this.#waiting) this.#begin();
    else if (isLive && state && state !== this.#shown && place.isSynced) {
      this.#shown = state;
      this.show(state.state);
    }
  }

  take(message: WireMessage): void {
    if (this.#state) this.#state = this.#folded(this.#state, message);
    // What is loaded after too many were kept has them.
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
        this.#state = 'position' in Object(loaded) ? (loaded as Loaded<S>) : { state: loaded as S };
        for (const message of waiting) this.take(message);
        this.go();
      },
      this.error,
    );
  }

  /** The state after a message, unless what was loaded has it already. */
  #folded(before: Loaded<S>, message: WireMessage): Loaded<S> {
    const { state, position } = before;
    const { offset = Infinity } = message;
    const isSame = position && position.epoch === this.channel.place.position?.epoch;
    if (isSame && offset <= position.offset) return before;
    return { state: this.step(state, message), position };
  }
}

/** Messages kept while it loads. */
const MOST_WAITING = 1_000;

/** What it needs of a channel. */
interface Folded extends Pick<ClientChannel, 'messages$' | 'gaps$' | 'state$'> {
  readonly isLive: boolean;
  readonly place: Place;
}

type Load<S> = () => ObservableInput<S | Loaded<S>>;
type Step<S> = (state: S, message: WireMessage) => S;
