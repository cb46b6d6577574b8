import { Observable, type OperatorFunction, type Subscriber } from 'rxjs';
import {
  type Message,
  type PayloadOf,
  type ReplyOf,
  type Topic,
  TopicReader,
} from '../core/index.js';

/**
 * Selective receive: lets through the messages of the given topics, with their payload types.
 * Messages of other topics pass by; without a topic nothing passes. Outside production a warning tells of a
 * message that the process has let pass altogether (I10).
 *
 * @example inbox.pipe(ofTopic(ws.join, ws.leave))
 */
// biome-ignore lint/suspicious/noExplicitAny: a topic is invariant in its payload; unknown would refuse all
export function ofTopic<const T extends readonly Topic<any>[]>(
  ...topics: T
): OperatorFunction<Message, Message<PayloadOf<T[number]>, ReplyOf<T[number]>>> {
  type Wanted = Message<PayloadOf<T[number]>, ReplyOf<T[number]>>;
  return (source) =>
    new Observable<Wanted>((subscriber) =>
      source.subscribe(new TopicReader(topics, subscriber as Subscriber<Message>)),
    );
}
