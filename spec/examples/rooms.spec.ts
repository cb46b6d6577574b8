import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lastValueFrom } from 'rxjs';
import { enter, room, rooms } from '../../examples/start/rooms.js';
import { grown, seen, watch } from '../../examples/start/watch.js';
import { ws } from '../../lib/express/index.js';
import {
  createSystem,
  done,
  type Pid,
  reply,
  type System,
  send,
  topic,
  whichChildren,
} from '../../lib/index.js';
import { fakeSelf, message } from '../../lib/testing/index.js';
import { marbles } from '../support/marbles.js';

const ADA = '{relay|0x00001}';
const BOB = '{relay|0x00002}';
const PID = '{main|0x00009}';
const who = (client_pid: string, user: string) => ({ client_pid, metadata: { user } });
const text = (pid: string, frame: object) =>
  send(pid, ws.send, { type: 'text', data: JSON.stringify(frame) });
const report = (topic: string, payload: object) => send('watch', seen, { topic, payload });

const knock = { ...message(topic<void>('room.knock')), ref: 1 };
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
      const expected = '   (vj)--(wkl)-(xmn)-(yo)-z 14999ms (d|)';
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
      expectSubscriptions(inbox.subscriptions).toBe(Array(5).fill(subscribed));
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

  it(
    'crashes at the word, which it reports and tells nobody else',
    marbles(({ hot, run, expectObservable, expectSubscriptions }) => {
      const crash = { ...hello, data: '/crash', metadata: { user: 'ada', room: 'lobby' } };
      const inbox = hot('  a---c', { ...values, c: message(ws.message, crash) });
      const subscribed = ' ^---!';
      const expected = '   (vj)(x#)';
      const out = {
        v: report('ws.join', joinAda),
        j: text(ADA, { event: 'joined', user: 'ada', members: ['ada'] }),
        x: report('ws.message', crash),
      };

      const commands = run(room, inbox);

      expectObservable(commands).toBe(expected, out, new Error('ada has crashed lobby'));
      expectSubscriptions(inbox.subscriptions).toBe(Array(5).fill(subscribed));
    }),
  );
});

describe('enter', () => {
  let system: System;
  beforeEach(() => {
    system = createSystem({ logger: false });
    system.spawn(rooms, { name: 'rooms' });
  });
  afterEach(() => system.shutdown());

  const into = (name: string): Promise<Pid> => lastValueFrom(enter(system, name));

  it('finds one room under one name, also if two come at once', async () => {
    const [one, again, other] = await Promise.all([into('one'), into('one'), into('other')]);

    expect(again).toBe(one);
    expect(other).not.toBe(one);
    expect(await into('one')).toBe(one);
  });

  it('starts another when the one it knocked at ends before it answers', async () => {
    const ending = await into('lobby');

    system.exit(ending, 'shutdown');
    const pid = await into('lobby');

    expect(pid).not.toBe(ending);
    expect(system.names.lookup('room:lobby')).toBe(pid);
  });

  it('finds the room anew that has crashed, however often', async () => {
    const pids = new Set([await into('lobby')]);

    for (let round = 0; round < 10; round++) {
      system.exit('room:lobby', new Error('a bug'));
      pids.add(await into('lobby'));
    }

    expect(pids.size).toBe(11);
    expect(await lastValueFrom(whichChildren(system, 'rooms'))).toMatchObject([{ id: 'room#1' }]);
  });
});

describe('watch', () => {
  it(
    'shows who comes what was missed and the newest tree, then what comes, until they leave',
    marbles(({ hot, run, expectObservable }) => {
      const one = { topic: 'one', payload: {} };
      const two = { topic: 'two', payload: {} };
      const branch = { name: 'app', pid: PID, restarts: 0, children: [], more: 0 };
      const inbox = hot('  gsh-a---t-g-A-sg', {
        ...values,
        s: message(seen, one),
        t: message(seen, two),
        g: message(grown, []),
        h: message(grown, [branch]),
      });
      const expected = '   ----(xh)y-g-----';

      expectObservable(run(watch, inbox)).toBe(expected, {
        x: text(ADA, one),
        y: text(ADA, two),
        g: text(ADA, { topic: 'tree', payload: [] }),
        h: text(ADA, { topic: 'tree', payload: [branch] }),
      });
    }),
  );
});
