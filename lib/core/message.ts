import type { Observable } from 'rxjs';
import type { Pid } from './pid.js';
import { ProcessError, shown } from './processError.js';

/** What a process receives (M8). */
export interface Message<P = unknown, R = unknown> {
  readonly topic: string;
  readonly payload: P;
  /** Who sent it; `undefined` when it came from outside any process. Not forgeable. */
  readonly from: Pid | undefined;
  /** Present on a call only: `reply(message, …)` answers it (M13). */
  readonly ref?: Ref;
  /** In the type only: what `reply` takes for an answer. */
  readonly [replyOf]?: R;
}

declare const payloadOf: unique symbol;
declare const replyOf: unique symbol;

/** A topic and, in its type only, the payload that travels under it and the reply to a call with it. */
export type Topic<P = unknown, R = unknown> = string & {
  readonly [payloadOf]?: (payload: P) => P;
  readonly [replyOf]?: R;
};

/** The payload type of a topic. */
export type PayloadOf<T> = T extends { readonly [payloadOf]?: (payload: infer P) => unknown }
  ? P
  : unknown;

/** The type of the reply to a call with a topic. */
export type ReplyOf<T> = T extends { readonly [replyOf]?: infer R } ? R : unknown;

/**
 * The parameters from the payload on: it may be left out where `undefined` will do, as under a topic of
 * `undefined`, of `void` or of no known payload. The topic alone says what the payload is.
 */
export type PayloadArgs<P, More extends readonly unknown[] = []> = undefined extends P
  ? [payload?: NoInfer<P>, ...more: More]
  : [payload: NoInfer<P>, ...more: More];

/** Identifies one call or one monitor within a system. */
export type Ref = number;

/** A message to begin with, of any topic: what `spawn`'s `messages` takes (S3). */
export interface Letter {
  readonly topic: string;
  readonly payload?: unknown;
}

/** The stream of a process's messages, so that `hot('…')` is an inbox in a test. */
export type Inbox = Observable<Message>;

/**
 * Names a topic and fixes the type of its payload, and of the reply to a call with it (default unknown);
 * at run time it is the string itself.
 *
 * @example const tick = topic<{ n: number }>('tick');
 * @example const sum = topic<readonly number[], number>('sum');
 */
export function topic<P, R = unknown>(name: string): Topic<P, R> {
  checkTopic(name);
  return name as Topic<P, R>;
}

declare const matched: unique symbol;

/**
 * A message that `is` or `ofTopic` has recognised. The mark is in the type only: without it a message of
 * any topic whose payload merely looks alike would be narrowed away in the other branch.
 */
export type Matched<P, R = unknown> = Message<P, R> & {
  readonly [matched]: (payload: P) => P;
};

/**
 * Whether a message came under a topic; narrows the types of its payload and its reply. The other branch
 * knows that it did not, if the message is one of those that `ofTopic` has told apart.
 */
export function is<P, R>(message: Message, topic: Topic<P, R>): message is Matched<P, R> {
  return message.topic === topic;
}

/**
 * Refuses what nobody may send to or listen on (M2).
 *
 * @throws ProcessError `Invalid`: not a string, empty, or beginning with `@`.
 */
export function checkTopic(topic: string): void {
  // charCodeAt gives NaN for '', and is the cheapest look at a first character there is: this runs
  // once for every message sent.
  if (typeof topic === 'string' && topic.charCodeAt(0) !== 64 && topic !== '') return;
  if (typeof topic !== 'string') {
    throw new ProcessError('Invalid', `a topic is a string, not ${shown(topic)}`);
  }
  throw topic === ''
    ? new ProcessError('Invalid', 'a topic may not be empty')
    : new ProcessError('Invalid', `cannot send to @ topics: ${topic}`);
}

/** Refuses what is no address at all (M5). @throws ProcessError `Invalid`. */
export function checkDestination(to: unknown): asserts to is Pid | string {
  if (typeof to === 'string') return;
  throw new ProcessError('Invalid', `a destination is a PID or a name, not ${shown(to)}`);
}
