/** Checked by `tsc --noEmit`, never run: what `is` says of a message in both of its branches. */
import { expectTypeOf } from 'expect-type';
import {
  act,
  type Inbox,
  is,
  type Matched,
  type Message,
  ofTopic,
  receive,
  reply,
  send,
  type Topic,
  topic,
  transition,
} from 'rx-process';
import { ws } from 'rx-process/express';
import { map, type Observable } from 'rxjs';

interface Tick {
  readonly n: number;
}
declare const inbox: Inbox;
declare const received: Message;
const tick = topic<Tick>('tick');
/** Its payload has all that a Tick has. */
const tock = topic<Tick & { readonly loud: boolean }>('tock');
const text = topic<string>('text');
const title = topic<string>('title');
const sum = topic<readonly number[], number>('sum');

// A message of no known topic may still be anything.
if (is(received, tick)) expectTypeOf(received.payload).toEqualTypeOf<Tick>();
else expectTypeOf(received).toEqualTypeOf<Message>();
// So may one whose payload only looks alike ...
declare const alike: Message<Tick & { readonly loud: boolean }>;
if (!is(alike, tick)) expectTypeOf(alike.payload.loud).toEqualTypeOf<boolean>();
// ... or that was selected by one topic.
inbox.pipe(
  ofTopic(text),
  map((m) => is(m, title) || expectTypeOf(m).toEqualTypeOf<Message<string>>()),
);

// Of several topics, each branch knows what is left.
const several = inbox.pipe(ofTopic(tick, tock, text));
type Several = Matched<Tick> | Matched<Tick & { readonly loud: boolean }> | Matched<string>;
expectTypeOf(several).toEqualTypeOf<Observable<Several>>();
several.subscribe((m) => {
  if (is(m, tick)) expectTypeOf(m.payload).toEqualTypeOf<Tick>();
  else if (is(m, text)) expectTypeOf(m.payload).toEqualTypeOf<string>();
  else expectTypeOf(m.payload.loud).toEqualTypeOf<boolean>();
});
inbox.pipe(ofTopic(ws.join, ws.message, ws.leave)).subscribe((m) => {
  expectTypeOf(m.payload.client_pid).toExtend<string>();
  if (is(m, ws.join)) return;
  if (is(m, ws.leave)) return expectTypeOf(m.payload.reason).toEqualTypeOf<string>();
  expectTypeOf(m.payload.data).toEqualTypeOf<string | Uint8Array>();
});

// Two topics with one payload type are not told apart, nor are texts and lists of unknown length.
declare const list: readonly Topic<string>[];
for (const alike$ of [ofTopic(text, title), ofTopic(...list)]) {
  expectTypeOf(inbox.pipe(alike$)).toEqualTypeOf<Observable<Message<string>>>();
}
expectTypeOf(inbox.pipe(ofTopic(text, tick, title))).toEqualTypeOf<
  Observable<Message<string | Tick>>
>();
expectTypeOf(inbox.pipe(ofTopic(tick, ...list))).toEqualTypeOf<
  Observable<Message<string | Tick>>
>();
expectTypeOf(inbox.pipe(ofTopic('a', 'b'))).toEqualTypeOf<Observable<Message>>();

// They go on through operators as messages do.
expectTypeOf(receive(several)).toEqualTypeOf<AsyncIterableIterator<Several>>();
several.pipe(act(({ payload }) => send('log', 'seen', payload)));
several.pipe(transition<number, Message<Tick | string>>([0], (n) => [n + 1]));
const old: Observable<Message<Tick | string>> = several;
void old;

// The answer is what the topic says, of whichever message it is.
inbox.pipe(ofTopic(tick, sum)).subscribe((m) => {
  if (is(m, tick)) return reply(m, 'whatever');
  reply(m, m.payload.length);
  // @ts-expect-error the topic says that the reply is a number
  return reply(m, 'three');
});
