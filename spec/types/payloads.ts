/** Checked by `tsc --noEmit`, never run: where a payload may be left out, and where it may not. */
import { expectTypeOf } from 'expect-type';
import {
  broadcast,
  type Command,
  type Message,
  type PayloadArgs,
  reply,
  type Self,
  type System,
  send,
  type Topic,
  topic,
} from 'rx-process';
import { type FakeSelf, message } from 'rx-process/testing';
import type { Observable } from 'rxjs';

declare const self: Self;
declare const fake: FakeSelf;
declare const system: System;
const { groups } = system;

const count = topic<number>('count');
const stop = topic<undefined>('stop');
const flush = topic<void>('flush');
const title = topic<string | undefined>('title');
const sum = topic<readonly number[], number>('sum');
const ping = topic<void, void>('ping');

// It may be left out where `undefined` will do ...
send('log', stop);
send('log', flush);
send('log', title);
self.send('log', flush);
fake.send('log', stop);
system.send('log', title, undefined);
groups.broadcast('logs', flush);
broadcast('logs', flush);
message(title);
for (const leave of [topic<unknown>('any'), 'any']) {
  send('log', leave);
  self.send('log', leave, 1);
  system.call('log', leave);
  message(leave, undefined, { from: self.pid });
}
broadcast('logs', flush, undefined, { scope: 'audit' });
expectTypeOf(system.call('log', ping)).toEqualTypeOf<Observable<void>>();
expectTypeOf(self.call('log', ping, undefined, { timeout: '1s' })).toEqualTypeOf<
  Observable<void>
>();

// ... and nowhere else.
// @ts-expect-error no payload
send('log', count);
// @ts-expect-error no payload
self.send('log', count);
// @ts-expect-error no payload
fake.send('log', count);
// @ts-expect-error no payload
system.send('log', count);
// @ts-expect-error no payload
broadcast('logs', count);
// @ts-expect-error no payload
groups.broadcast('logs', count);
// @ts-expect-error no payload
system.call('adder', sum);
// @ts-expect-error no payload, of whatever type
system.call<number>('adder', count);
// @ts-expect-error no payload
message(count);
// @ts-expect-error a payload where the topic has none
send('log', stop, 1);
// @ts-expect-error options are not the payload
broadcast('logs', stop, { scope: 'audit' });
// @ts-expect-error a topic that carries a text or nothing
send('log', title, 1);

// A reply is what the topic says.
declare const question: Message<readonly number[], number>;
declare const pinged: Message<void, void>;
reply(pinged);
// @ts-expect-error the topic says that the reply is a number
reply(question);

// What follows the payload is typed.
broadcast('logs', count, 1, { scope: 'audit' });
// @ts-expect-error a scope is named by a text
broadcast('logs', count, 1, { scope: 1 });
// @ts-expect-error no such option
system.call('adder', sum, [1], { after: 1 });
// @ts-expect-error a sender is a PID
message(count, 1, 2);

// The context does not decide what the reply is: the topic does, or the one type argument.
// @ts-expect-error the topic says that the reply is a number
const wrong: Observable<string> = system.call('adder', sum, [1]);
const given: Observable<string> = system.call<string>('adder', sum, [1]);
void [wrong, given];

// Functions over any topic.
function log<P>(about: Topic<P>, payload: P): Command {
  self.send('log', about, payload);
  return send('log', about, payload);
}
function shout<P>(about: Topic<P>, ...payload: PayloadArgs<P>): boolean {
  return system.send('log', about, ...payload);
}
const ask = <P, R>(about: Topic<P, R>, payload: P): Observable<R> =>
  system.call('log', about, payload);
shout(stop);
// @ts-expect-error no payload
shout(count);
void [log, ask];
