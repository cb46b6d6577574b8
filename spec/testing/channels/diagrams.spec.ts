import { describe, expect, it } from '@jest/globals';
import { ignoreElements, map, NEVER, timer } from 'rxjs';
import { channel } from '../../../lib/channels/index.js';
import {
  channelTest,
  drop,
  frameLine,
  type MarbleHelpers,
  type ReceivedFrame,
  reconnect,
  says,
  subscribe,
  unsubscribe,
} from '../../../lib/testing/index.js';
import { marbles } from '../../support/marbles.js';
import { chatTest, said, say, textOf } from './support.js';

/** The first frame of a connection, by its number. */
const hello = (n: number): ReceivedFrame => ({
  hello: {
    version: 1,
    id: `connection-${n}`,
    session: `session-${n}`,
    heartbeat: 25_000,
    limits: { payload: 1_048_576, batch: 64, pending: 64, channels: 128 },
  },
  type: 'system',
  payload: 'WebSocket connected',
  timestamp: 0,
});

describe('channelTest in a marble test', () => {
  it(
    'shows the whole wire as frames, and completes them at its end (CT3)',
    marbles(({ scheduler, expectObservable }) => {
      const t = chatTest({ scheduler });
      const alice = t.connect({ identity: 'alice' });
      const bob = t.connect({ identity: 'bob' });

      alice.goes('         -s--m--u-', {
        s: subscribe('chat:1'),
        m: says('chat:1', say, { text: 'hi' }),
        u: unsubscribe('chat:1'),
      });
      bob.goes('           --s---d--r-', { s: subscribe('chat:1'), d: drop, r: reconnect });
      const expected = '   h-s-m----i-|';
      const values: Record<string, ReceivedFrame> = {
        h: hello(2),
        s: {
          id: 1,
          ok: true,
          result: { channel: 'chat:1' },
          type: 'system',
          payload: 'Subscribed to channel: chat:1',
          timestamp: 0,
        },
        m: {
          channel: 'chat:1',
          type: 'event',
          payload: { event: said.name, data: { user: 'alice', text: 'hi' } },
          timestamp: 0,
        },
        i: hello(3),
      };

      expectObservable(bob.frames$).toBe(expected, values);
      t.end();
    }),
  );

  it(
    'shows it as lines (CT3)',
    marbles(({ scheduler, expectObservable }) => {
      const t = chatTest({ scheduler });
      const alice = t.connect({ identity: 'alice' });

      alice.goes('         -s-m---e-x-', {
        s: subscribe('chat:1'),
        m: says('chat:1', say, { text: 'hi' }),
        e: subscribe('secret'),
        x: () => t.manager.closeConnection(alice.pid, 4000, 'enough'),
      });
      const expected = '   hs-(mr)e-x-|';
      const values = {
        h: 'hello connection-1',
        s: "reply 1 ok { channel: 'chat:1' }",
        m: "push chat:1 said { user: 'alice', text: 'hi' }",
        r: 'reply 2 ok { heard: 1 }',
        e: "reply 3 denied 'Not authorized for channel: secret'",
        x: 'close 4000 enough',
      };

      expectObservable(alice.frames$.pipe(map(frameLine))).toBe(expected, values);
      t.end();
    }),
  );

  it(
    'draws hooks and timers that take their time, and durations (CT3)',
    marbles(({ scheduler, expectObservable }) => {
      const slow = channel('slow', { join: () => timer(3).pipe(map(() => ({ expiresIn: '1s' }))) });
      const t = channelTest({ channels: [slow], scheduler });
      const alice = t.connect();

      alice.goes('       -s 2s ---', { s: subscribe('slow') });
      const expected = ' h---s 999ms x 1s |';

      expectObservable(alice.frames$.pipe(map(({ hello, ok, type }) => hello ?? ok ?? type))).toBe(
        expected,
        { h: hello(1).hello, s: true, x: 'event' },
      );
      t.end();
    }),
  );

  it(
    'leaves assertions to the end of the diagram: after flush (CT3)',
    marbles(({ scheduler, flush }) => {
      const t = chatTest({ scheduler });
      const [alice, bob] = [t.connect({ identity: 'alice' }), t.connect({ identity: 'bob' })];
      alice.goes('--m', { m: says('chat:1', say, { text: 'hi' }) });
      bob.goes('  -s-', { s: subscribe('chat:1') });
      t.end();

      flush();

      bob.assertReply(1, { ok: true });
      alice.assertReply(1, { error: 'not_subscribed' });
      t.refuteBroadcast('chat:1');
    }),
  );

  const failureOf = (test: (helpers: MarbleHelpers) => void): string => textOf(marbles(test));

  it.each<{ what: string; test: (helpers: MarbleHelpers) => void; text: string }>([
    {
      what: 'to wait for an answer',
      test: ({ scheduler }) => void chatTest({ scheduler }).connect().subscribeAndJoin('chat:1'),
      text: "subscribeAndJoin('chat:1'): the diagram moves the clock: goes('s', { s: subscribe(…) })",
    },
    {
      what: 'to let time pass',
      test: ({ scheduler }) => chatTest({ scheduler }).advance('1s'),
      text: 'testSystem: inside marbles the diagram moves the clock',
    },
  ])('refuses $what (Invalid)', ({ test, text }) => {
    expect(failureOf(test)).toBe(text);
  });

  it(
    'waits at its end for what ends by itself (CT2)',
    marbles(({ scheduler, expectObservable }) => {
      const t = chatTest({ scheduler });
      const alice = t.connect();
      t.system.hosts.add('channels');
      t.system.spawn(() => timer(3_600_000).pipe(ignoreElements()), { host: 'channels' });

      alice.goes('--------', {});
      expectObservable(alice.frames$).toBe('h-------|', { h: hello(1) });
      t.end();
    }),
  );

  it('fails where something is left at its end (CT2)', () => {
    const text = failureOf(({ scheduler }) => {
      const t = chatTest({ scheduler });
      t.connect().goes('-d-', { d: drop });
      t.system.hosts.add('channels');
      t.system.spawn(() => NEVER, { host: 'channels' });
      t.end();
    });

    expect(text).toMatch(
      /^t\.end\(\): all clients have gone, and this is left:\n {2}1 × process of a channel: /,
    );
  });
});
