import { Observable, type OperatorFunction, type Subscriber } from 'rxjs';
import {
  type Matched,
  type Message,
  type PayloadOf,
  type ReplyOf,
  type Topic,
  TopicReader,
} from '../core/index.js';

/**
 * Selective receive: lets through the messages of the given topics, with their payload types.
 * Messages of other topics pass by; without a topic nothing passes. Topics whose payload types all differ
 * stay apart in the type, so that `is` says in both of its branches what the message is. Outside production a
 * warning tells of a message that the process has let pass altogether (I10).
 *
 * @example inbox.pipe(ofTopic(ws.join, ws.leave))
 */
// biome-ignore lint/suspicious/noExplicitAny: a topic is invariant in its payload; unknown would refuse all
export function ofTopic<const T extends readonly Topic<any>[]>(
  ...topics: T
): OperatorFunction<Message, Selected<T>> {
  return (source) =>
    new Observable<Selected<T>>((subscriber) =>
      source.subscribe(new TopicReader(topics, subscriber as Subscriber<Message>)),
    );
}

/** What comes under one of several topics: told apart, or else a message with any of their payloads. */
type Selected<T extends readonly unknown[]> = [
  T extends readonly [unknown] ? never : Apart<T>,
] extends [never]
  ? Message<PayloadOf<T[number]>, ReplyOf<T[number]>>
  : Apart<T>;

/** The messages of a list of topics; never, where two carry the same, for `is` could not tell them apart. */
type Apart<T extends readonly unknown[], Before = never> = T extends readonly [
  Topic<infer P, infer R>,
  ...infer Rest,
]
  ? Matched<P, R> extends Before
    ? never
    : Apart<Rest, Before | Matched<P, R>>
  : T extends readonly []
    ? Before
    : never;
