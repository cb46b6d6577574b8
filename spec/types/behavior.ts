/** Checked by `tsc --noEmit`, never run: what is a behaviour, and what is none. */
import { expectTypeOf } from 'expect-type';
import {
  act,
  type Behavior,
  combine,
  done,
  type Exit,
  type ExitReason,
  exit,
  type Inbox,
  receive,
  reply,
  type Self,
  type System,
  send,
  transition,
} from 'rx-process';
import { type FakeSelf, marbles } from 'rx-process/testing';
import { EMPTY, map, NEVER, type Observable, of } from 'rxjs';

declare const system: System;

// Pipelines, of commands or of nothing.
const pipeline: Behavior = (inbox) => inbox.pipe(map((m) => send('log', 'seen', m)));
const silent: Behavior = (inbox) => inbox.pipe(map(() => {}));
const sometimes: Behavior = (inbox) =>
  inbox.pipe(map(({ payload }) => (payload === 1 ? done(payload) : undefined)));
const handled: Behavior = (inbox) => inbox.pipe(act(async (m) => reply(m, 1)));
const machine: Behavior = (inbox) => inbox.pipe(transition([0], (n) => [n + 1, exit('normal')]));
const combined: Behavior = combine(pipeline, silent, sometimes, handled, machine);

// Whatever rxjs takes for an observable.
const array: Behavior = () => [send('log', 'once', 1)];
const promise: Behavior = async () => send('log', 'once', 1);
const promiseOfNothing: Behavior = async () => {};
const generator: Behavior = function* () {
  yield send('log', 'once', 1);
};
const asyncGenerator: Behavior = async function* (inbox, self) {
  for await (const m of receive(inbox)) {
    expectTypeOf(m.payload).toEqualTypeOf<unknown>();
    yield send(self.pid, 'again', m.payload);
    yield;
  }
  return 7;
};
expectTypeOf<Parameters<Behavior>>().toEqualTypeOf<[Inbox, Self]>();
for (const behavior of [combined, array, promise, promiseOfNothing, generator, asyncGenerator]) {
  system.spawn(behavior);
}

// @ts-expect-error a number is no command
const numbers: Behavior = () => of(1);
// @ts-expect-error a promise of a text is none
const texts: Behavior = async () => 'done';
// @ts-expect-error nothing that could be subscribed
const nothing: Behavior = () => {};
// @ts-expect-error a process's `self` has no `become`
const method: Behavior = (_, self) => self.become(EMPTY);
void [numbers, texts, nothing, method];

// Spawning and what comes of it.
declare const self: Self;
expectTypeOf(self.spawn(pipeline)).toEqualTypeOf<string & ReturnType<System['spawn']>>();
expectTypeOf(self.spawnMonitored('app:worker').exit$).toEqualTypeOf<Observable<Exit>>();
expectTypeOf(system.exec(pipeline)).toEqualTypeOf<Observable<unknown>>();
// @ts-expect-error links are trapped or not
self.setOptions({ trapLinks: 'yes' });
// @ts-expect-error no such reason
self.exit('crashed');
// @ts-expect-error a host is named by its id
system.spawn(pipeline, { host: 1 });

// An exit reason is a union to switch over.
const describeExit = (reason: ExitReason): string => {
  switch (reason.type) {
    case 'normal':
      expectTypeOf(reason.value).toEqualTypeOf<unknown>();
      return 'done';
    case 'error':
      expectTypeOf(reason.error).toEqualTypeOf<unknown>();
      return 'crashed';
    case 'shutdown':
      return `shutdown ${reason.detail}`;
    default:
      expectTypeOf(reason.type).toEqualTypeOf<'kill' | 'killed' | 'noproc' | 'noconnection'>();
      return reason.type;
  }
};
void describeExit;

// The test kit.
const test = marbles((actual, expected) => actual === expected);
test(({ run, hot }) => {
  expectTypeOf(run).parameter(2).toEqualTypeOf<FakeSelf | undefined>();
  const letters = hot('-a');
  // @ts-expect-error its letters are texts, not messages
  run(pipeline, letters);
  run(pipeline, NEVER);
});
