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
import type { Position, WireMessage } from './frame.js';
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

function folding<S>(channel: Folded, load: Load<S>, step: Step<S>, subscriber: Subscriber<S>) {
  /** What came since it began to load; `undefined`: it has to begin. */
  let waiting: WireMessage[] | undefined;
  /** The state, once it is loaded, and the one that was shown. */
  let loaded: Loaded<S> | undefined;
  let shown: Loaded<S> | undefined;
  let loading: Subscription | undefined;

  const begin = (): void => {
    const mine: WireMessage[] = [];
    const use = (given: S | Loaded<S>): void => {
      // Another began meanwhile.
      if (waiting !== mine) return;
      loaded = 'position' in Object(given) ? (given as Loaded<S>) : { state: given as S };
      mine.forEach(take);
      go();
    };
    waiting = mine;
    loading = firstOf(load, use, (error) => subscriber.error(error));
  };
  /** What it has is not to be gone on with. */
  const stop = (): void => {
    loading?.unsubscribe();
    waiting = loaded = undefined;
  };
  /** It may be the time to load, or to show what there is. */
  const go = (): void => {
    if (!channel.isLive) return;
    if (!waiting) begin();
    else if (loaded && loaded !== shown && channel.place.isSynced) {
      shown = loaded;
      subscriber.next(loaded.state);
    }
  };
  const take = (message: WireMessage): void => {
    if (loaded) {
      const { state, position } = loaded;
      if (!isIn(message, position, channel.place))
        loaded = { state: step(state, message), position };
      // What is loaded after too many were kept has them.
    } else if (waiting && waiting.push(message) > MOST_WAITING) stop();
    go();
  };
  return { stop, go, take };
}

/** Whether what was loaded at a position has a message already. */
const isIn = (
  { offset = Infinity }: WireMessage,
  at: Position | undefined,
  place: Place,
): boolean => !!at && at.epoch === place.position?.epoch && offset <= at.offset;

/** Messages kept while it loads. */
const MOST_WAITING = 1_000;

/** What it needs of a channel. */
interface Folded extends Pick<ClientChannel, 'messages$' | 'gaps$' | 'state$'> {
  readonly isLive: boolean;
  readonly place: Place;
}

type Load<S> = () => ObservableInput<S | Loaded<S>>;
type Step<S> = (state: S, message: WireMessage) => S;
