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
    /** What came since it began to load; `undefined`: it has to begin. */
    let waiting: WireMessage[] | undefined;
    /** The state, once it is loaded, and the one that was shown. */
    let state: Loaded<S> | undefined;
    let shown: typeof state;
    let loading: Subscription | undefined;
    const error = (reason: unknown): void => subscriber.error(reason);
    const stop = (): void => {
      loading?.unsubscribe();
      waiting = state = undefined;
    };
    const begin = (begun: WireMessage[] = []): void => {
      waiting = begun;
      loading = firstOf<S | Loaded<S>>(
        load,
        (loaded) => {
          if (waiting !== begun) return;
          state = 'position' in Object(loaded) ? (loaded as Loaded<S>) : { state: loaded as S };
          for (const message of begun) take(message);
          go();
        },
        error,
      );
    };
    const go = (): void => {
      const { isLive, place } = channel;
      if (isLive && !waiting) begin();
      else if (isLive && state && state !== shown && place.isSynced) {
        shown = state;
        subscriber.next(state.state);
      }
    };
    const take = (message: WireMessage): void => {
      if (state) state = folded(state, message, channel, step);
      // What is loaded after too many were kept has them.
      else if (waiting && waiting.push(message) > MOST_WAITING) stop();
      go();
    };
    subscriber.add(channel.gaps$.subscribe(stop));
    subscriber.add(
      channel.messages$.pipe(map(take)).subscribe({ error, complete: () => subscriber.complete() }),
    );
    subscriber.add(channel.state$.subscribe(go));
    return stop;
  });
}

/** Messages kept while it loads. */
const MOST_WAITING = 1_000;

/** The state after a message, unless what was loaded has it already. */
function folded<S>(
  before: Loaded<S>,
  message: WireMessage,
  channel: Folded,
  step: Step<S>,
): Loaded<S> {
  const { state, position } = before;
  const { offset = Infinity } = message;
  const isSame = position && position.epoch === channel.place.position?.epoch;
  return isSame && offset <= position.offset ? before : { state: step(state, message), position };
}

/** What it needs of a channel. */
interface Folded extends Pick<ClientChannel, 'messages$' | 'gaps$' | 'state$'> {
  readonly isLive: boolean;
  readonly place: Place;
}
type Load<S> = () => ObservableInput<S | Loaded<S>>;
type Step<S> = (state: S, message: WireMessage) => S;
