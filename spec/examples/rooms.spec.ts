import { afterEach, describe, expect, it } from '@jest/globals';
import { lastValueFrom } from 'rxjs';
import { enter, room } from '../../examples/start/rooms.js';
import { watch } from '../../examples/start/watch.js';
import { ws } from '../../lib/express/index.js';
import { createSystem, done, reply, type System, send, topic } from '../../lib/index.js';
import { fakeSelf, message } from '../../lib/testing/index.js';
import { marbles } from '../support/marbles.js';

const ADA = '{relay|0x00001}';
const BOB = '{relay|0x00002}';
const PID = '{main|0x00009}';
const who = (client_pid: string, user: string) => ({ client_pid, metadata: { user } });
const text = (pid: string, frame: object) =>
  send(pid, ws.send, { type: 'text', data: JSON.stringify(frame) });
const seen = topic<unknown>('watch.seen');
const report = (name: string, payload: object) => send('watch', seen, { topic: name, payload });

const knock = message(topic<void>('room.knock'), undefined, { ref: 1 });
const joinAda = who(ADA, 'ada');
const joinBob = who(BOB, 'bob');
const hello = { ...joinAda, type: 'text' as const, data: 'hello' };
const leaveAda = { ...joinAda, reason: 'client closed' };
const leaveBob = { ...joinBob, reason: 'client closed' };
const values = {
  k: knock,
  a: message(ws.join, joinAda),
  b: message(ws.join, joinBob),
  m: message(ws.message, hello),
  A: message(ws.leave, leaveAda),
  B: message(ws.leave, leaveBob),
};

describe('room', () => {
  it(
    'announces, broadcasts and reports, and ends when nobody has come back',
    marbles(({ hot, run, expectObservable, expectSubscriptions }) => {
      const inbox = hot('  a-----b-----m-----A----B', values);
      const subscribed = ' ^---------------------- 15s !';
      const expected = '   (jv)--(klw)-(mnx)-(oy)-z 14999ms (d|)';
      const out = {
        j: text(ADA, { event: 'joined', user: 'ada', members: ['ada'] }),
        k: text(ADA, { event: 'joined', user: 'bob', members: ['ada', 'bob'] }),
        l: text(BOB, { event: 'joined', user: 'bob', members: ['ada', 'bob'] }),
        m: text(ADA, { event: 'message', user: 'ada', text: 'hello' }),
        n: text(BOB, { event: 'message', user: 'ada', text: 'hello' }),
        o: text(BOB, { event: 'left', user: 'ada', members: ['bob'] }),
        v: report('ws.join', joinAda),
        w: report('ws.join', joinBob),
        x: report('ws.message', hello),
        y: report('ws.leave', leaveAda),
        z: report('ws.leave', leaveBob),
        d: done(),
      };

      const commands = run(room, inbox);

      expectObservable(commands).toBe(expected, out);
      expectSubscriptions(inbox.subscriptions).toBe([
        subscribed,
        subscribed,
        subscribed,
        subscribed,
      ]);
    }),
  );

  it(
    'answers who knocks, and waits for them anew',
    marbles(({ hot, run, expectObservable }) => {
      const inbox = hot('  14s k 14s k', values);
      const expected = '   14s r 14s r 14999ms (d|)';
      const self = fakeSelf({ pid: PID });

      expectObservable(run(room, inbox, self)).toBe(expected, { r: reply(knock, PID), d: done() });
    }),
  );
});

describe('enter', () => {
  let system: System;
  afterEach(() => system.shutdown());

  it('finds one room under one name', async () => {
    system = createSystem({ logger: false });

    const [one, other] = [enter(system, 'one'), enter(system, 'other')].map((pid$) =>
      lastValueFrom(pid$),
    );
    const again = lastValueFrom(enter(system, 'one'));

    expect(await again).toBe(await one);
    expect(await other).not.toBe(await one);
  });

  it('starts another when the one it knocked at ends before it answers', async () => {
    system = createSystem({ logger: false });
    const ending = await lastValueFrom(enter(system, 'lobby'));

    system.exit(ending, 'shutdown');
    const pid = await lastValueFrom(enter(system, 'lobby'));

    expect(pid).not.toBe(ending);
    expect(system.names.lookup('room:lobby')).toBe(pid);
  });
});

describe('watch', () => {
  it(
    'shows who comes what was missed, then each sight as it comes, until they leave',
    marbles(({ hot, run, expectObservable }) => {
      const inbox = hot('  s-a--t--A-s', {
        ...values,
        s: message(seen, 'one'),
        t: message(seen, 'two'),
      });
      const expected = '   --x--y----';

      expectObservable(run(watch, inbox)).toBe(expected, {
        x: send(ADA, ws.send, { type: 'text', data: '"one"' }),
        y: send(ADA, ws.send, { type: 'text', data: '"two"' }),
      });
    }),
  );
});
