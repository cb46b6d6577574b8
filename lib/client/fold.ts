import {
  ignoreElements,
  map,
  Observable,
  type ObservableInput,
  type Subscriber,
  type Subscription,
} from 'rxjs';
import type { ClientChannel, Loaded } from './clientChannel.js';
import { firstOf } from './firstOf.js';
import type { WireMessage } from './frame.js';
import type { Place } from './place.js';

/**
 * A state that heals itself (CC5). It subscribes first, so that nothing is lost between what is loaded and what comes;
 * then it loads, folds in what came meanwhile and goes on. After a gap it loads again.
 */
export const fold = <S>(channel: Folded, load: Load<S>, step: Step<S>): Observable<S> =>
  new Observable((subscriber) => {
    const { stop, go, take } = folding(channel, load, step, subscriber);
    subscriber.add(stop);
    subscriber.add(channel.gaps$.subscribe(stop));
    channel.messages$.pipe(map(take), ignoreElements()).subscribe(subscriber);
    subscriber.add(channel.state$.subscribe(go));
  });

/** What it does when there is something new. */
function folding<S>(channel: Folded, load: Load<S>, step: Step<S>, subscriber: Subscriber<S>) {
  /** What came since it began to load; `undefined`: it has to begin. */
  let waiting: WireMessage[] | undefined;
  /** The state, once it is loaded, and the one that was shown. */
  let loaded: Loaded<S> | undefined;
  let shown: Loaded<S> | undefined;
  let loading: Subscription | undefined;
  const begin = (): void => {
    const mine: WireMessage[] = [];
    waiting = mine;
    const use = (given: S | Loaded<S>): void => {
      // Another began meanwhile.
      if (waiting !== mine) return;
      loaded = 'position' in Object(given) ? (given as Loaded<S>) : { state: given as S };
      mine.forEach(take);
      go();
    };
    loading = firstOf(load, use, (error) => subscriber.error(error));
  };
  /** What it has is not to be gone on with. */
  const stop = (): void => {
    loading?.unsubscribe();
    waiting = loaded = undefined;
  };
  /** It may be the time to load, or to show what there is. */
  const go = (): void => {
    if (channel.isLive && !waiting) begin();
    else if (channel.isLive && loaded && loaded !== shown && channel.place.isSynced) {
      shown = loaded;
      subscriber.next(loaded.state);
    }
  };
  const take = (message: WireMessage): void => {
    if (loaded) loaded = folded(channel.place, step, loaded, message);
    // What is loaded after too many were kept has them.
    else if (waiting && waiting.push(message) > MOST_WAITING) stop();
    go();
  };
  return { stop, go, take };
}

/** The state after a message, unless what was loaded has it already. */
function folded<S>(
  place: Place,
  step: Step<S>,
  before: Loaded<S>,
  message: WireMessage,
): Loaded<S> {
  const { state, position } = before;
  const { offset = Infinity } = message;
  const isSame = position && position.epoch === place.position?.epoch;
  return isSame && offset <= position.offset ? before : { state: step(state, message), position };
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
