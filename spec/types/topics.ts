/** Checked by `tsc --noEmit`, never run: what a topic knows of its payload. */
import { expectTypeOf } from 'expect-type';
import {
  act,
  broadcast,
  type Command,
  every,
  is,
  type Message,
  type Output,
  ofTopic,
  type PayloadOf,
  reply,
  type Self,
  type System,
  send,
  sendAfter,
  type Topic,
  topic,
  transition,
} from 'rx-process';
import { message } from 'rx-process/testing';
import { map, type Observable, of } from 'rxjs';

interface Tick {
  readonly n: number;
}
declare const inbox: Observable<Message>;
declare const received: Message;
declare const self: Self;
declare const system: System;

const tick = topic<Tick>('tick');
const stop = topic<undefined>('stop');
const text = topic<string>('text');

// A topic is a string, and any string is a topic of an unknown payload.
expectTypeOf(tick).toExtend<string>();
expectTypeOf<PayloadOf<typeof tick>>().toEqualTypeOf<Tick>();
expectTypeOf<PayloadOf<string>>().toEqualTypeOf<unknown>();

// send
expectTypeOf(send('log', tick, { n: 1 })).toEqualTypeOf<Command>();
send('log', 'anything', Symbol());
// @ts-expect-error a payload of another type
send('log', tick, { n: '1' });
// @ts-expect-error no payload
send('log', tick);
// @ts-expect-error the payload does not decide what the topic carries
send('log', text, 1);
// @ts-expect-error a number is no destination
send(1, tick, { n: 1 });

// The same later, and of a broadcast.
expectTypeOf(sendAfter('5s', 'log', tick, { n: 1 })).toEqualTypeOf<Command>();
every(1_000, 'log', stop, undefined);
// @ts-expect-error a payload of another type
sendAfter('5s', 'log', tick, { n: '1' });
// @ts-expect-error a payload of another type
every('5s', 'log', text, 1);
broadcast('g', tick, { n: 1 }, { except: ['{main|0x1}'] });
// @ts-expect-error a number is no PID
broadcast('g', tick, { n: 1 }, { except: 1 });

// The same of a process and a system.
expectTypeOf(self.send('log', tick, { n: 1 })).toEqualTypeOf<boolean>();
// @ts-expect-error a payload of another type
self.send('log', tick, 1);
// @ts-expect-error a payload of another type
system.send('log', tick, 1);
expectTypeOf(self.listen(tick)).toEqualTypeOf<Observable<Message<Tick>>>();
expectTypeOf(self.call<number, Tick>('log', tick, { n: 1 })).toEqualTypeOf<Observable<number>>();
// @ts-expect-error a payload of another type
self.call('log', tick, 1);

// The type of the reply: given by the topic, or by the caller alone.
const sum = topic<readonly number[], number>('sum');
expectTypeOf(system.call('adder', sum, [1, 2])).toEqualTypeOf<Observable<number>>();
expectTypeOf(self.call('adder', sum, [1, 2])).toEqualTypeOf<Observable<number>>();
expectTypeOf(system.call<string>('adder', tick, { n: 1 })).toEqualTypeOf<Observable<string>>();
expectTypeOf(system.call('adder', tick, { n: 1 })).toEqualTypeOf<Observable<unknown>>();
// @ts-expect-error a payload of another type
system.call('adder', sum, 'one and two');
inbox.pipe(
  ofTopic(sum),
  map((m) => reply(m, m.payload.length)),
);
inbox.pipe(
  ofTopic(sum),
  // @ts-expect-error the topic says that the reply is a number
  map((m) => reply(m, 'three')),
);
if (is(received, sum)) {
  reply(received, 3);
  // @ts-expect-error the topic says that the reply is a number
  reply(received, 'three');
}
reply(received, 'a message of no known topic takes any reply');

// ofTopic; spec/types/narrowing.ts has it of several topics
expectTypeOf(inbox.pipe(ofTopic(tick))).toEqualTypeOf<Observable<Message<Tick>>>();
expectTypeOf(inbox.pipe(ofTopic('anything'))).toEqualTypeOf<Observable<Message<unknown>>>();
inbox.pipe(
  ofTopic(tick),
  // @ts-expect-error the payload has no such field
  map(({ payload }) => payload.m),
);

// act and transition know what the stream before them carries.
inbox.pipe(
  ofTopic(tick),
  act(({ payload }) => {
    expectTypeOf(payload).toEqualTypeOf<Tick>();
    return of(send('log', tick, payload));
  }),
);
expectTypeOf(
  inbox.pipe(
    ofTopic(tick),
    transition<number, Message<Tick>>([0], (n, { payload }) => [n + payload.n]),
  ),
).toEqualTypeOf<Observable<Output>>();
// @ts-expect-error a step begins with the state
transition<number, Message>([0], () => [send('log', tick, { n: 1 })]);

// message
expectTypeOf(message(tick, { n: 1 })).toEqualTypeOf<Message<Tick>>();
// @ts-expect-error a payload of another type
message(tick, 1);

expectTypeOf<Topic<Tick>>().not.toEqualTypeOf<Topic<string>>();

// The first messages of a spawn may be of any topics.
self.spawn('worker', {
  messages: [{ topic: tick, payload: { n: 1 } }, { topic: stop }, { topic: 'anything' }],
});
