import { type Observer, Subscriber } from 'rxjs';

/**
 * The end of a chain: brings a stream's notifications to an observer of our own that never throws.
 * One object where rxjs would wrap the observer in two, which a hundred thousand idle processes would
 * keep and every message would pass; and it is there before it is subscribed, so that a source which
 * emits within `subscribe` can be left.
 */
export class Sink<T> extends Subscriber<T> {
  constructor(observer: Observer<T>) {
    super(observer);
  }
}
