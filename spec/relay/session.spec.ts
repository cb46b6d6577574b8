import { describe, it } from '@jest/globals';
import { ws } from '../../lib/protocol/index.js';
import { message } from '../../lib/testing/index.js';
import { marbles } from '../support/marbles.js';
import {
  beat,
  close,
  closed,
  destroy,
  drop,
  ended,
  exited,
  failed,
  forward,
  frame,
  join,
  LOBBY,
  leave,
  ROOM,
  relay,
  warn,
  write,
} from './support.js';

// Small letters are frames and answers of the lobby's time, capitals of the room's; j join, l leave,
// h heartbeat, k close frame to the client, z the socket's end, x exit, D drop.

describe('session', () => {
  it(
    'in one picture: join, messages, heartbeats, transfer, the end of the target, close, leave',
    marbles((h) => {
      const client = h.hot('  -a---b--------c---d--z', {
        a: frame('a'),
        b: frame('b'),
        c: frame('c'),
        d: frame('d'),
        z: closed(1000, 'late'),
      });
      const clientSubs = '    ^--------------------!';
      const inbox = h.hot('   --s-----t-------------', {
        s: message(ws.send, { data: 'welcome' }, LOBBY),
        t: message(ws.control, { target_pid: ROOM }, LOBBY),
      });
      const inboxSubs = '     ^--------------------!';
      const lobby = h.hot('   -----------x----------', { x: exited(LOBBY, { type: 'normal' }) });
      const lobbySubs = '     ^-------!-------------';
      const room = h.hot('    ----------------x-----', { x: exited(ROOM, { type: 'normal' }) });
      const roomSubs = '      --------^-------!-----';
      const every = h.time('  ------|               ');
      const expected = '      jas--bh-(lJ)H-C-k-D--(x|)';
      const values = {
        j: join(),
        a: forward('a'),
        s: write('welcome'),
        b: forward('b'),
        h: beat(6, 2),
        l: leave('transferred'),
        J: join(ROOM),
        H: beat(12, 2, ROOM),
        C: forward('c', ROOM),
        k: close(1000, 'target process exited'),
        D: drop,
        x: ended(1000, 'target process exited'),
      };

      const exits = { [LOBBY]: lobby, [ROOM]: room };
      const session$ = relay(h, { client, inbox, exits, route: { heartbeat: every } });

      h.expectObservable(session$).toBe(expected, values);
      h.expectSubscriptions(client.subscriptions).toBe(clientSubs);
      h.expectSubscriptions(inbox.subscriptions).toBe(inboxSubs);
      h.expectSubscriptions(lobby.subscriptions).toBe(lobbySubs);
      h.expectSubscriptions(room.subscriptions).toBe(roomSubs);
    }),
  );
});

describe('session, from the client to the target', () => {
  it(
    'monitors its target, and releases every source at its exit (L1)',
    marbles((h) => {
      const client = h.hot(' ---z', { z: closed() });
      const inbox = h.hot('  -');
      const lobby = h.hot('  -');
      const signals = h.hot('-');
      const subs = '         ^--!';
      const expected = '     j--(lx|)';
      const values = { j: join(), l: leave('client closed'), x: ended(1005) };

      const session$ = relay(h, { client, inbox, signals, exits: { [LOBBY]: lobby } });

      h.expectObservable(session$).toBe(expected, values);
      h.expectSubscriptions(client.subscriptions).toBe(subs);
      h.expectSubscriptions(inbox.subscriptions).toBe(subs);
      h.expectSubscriptions(lobby.subscriptions).toBe(subs);
      h.expectSubscriptions(signals.subscriptions).toBe(subs);
    }),
  );

  it(
    'says join first, then everything in order, and leave last, exactly once (L2)',
    marbles((h) => {
      const client = h.hot(' (ab)-c---(dz)', {
        a: frame('a'),
        b: frame('b'),
        c: frame('c'),
        d: frame('d'),
        z: closed(1000, 'bye'),
      });
      const clientSubs = '   ^--------!';
      const inbox = h.hot('  -');
      const every = h.time(' --------|');
      const expected = '     (jab)c--h(dlx|)';
      const values = {
        j: join(),
        a: forward('a'),
        b: forward('b'),
        c: forward('c'),
        h: beat(8, 3),
        d: forward('d'),
        l: leave('bye'),
        x: ended(1000, 'bye'),
      };

      const session$ = relay(h, { client, inbox, route: { heartbeat: every } });

      h.expectObservable(session$).toBe(expected, values);
      h.expectSubscriptions(client.subscriptions).toBe(clientSubs);
    }),
  );

  it(
    'tells with everything who it is, of what metadata; {} when there is none (L3)',
    marbles((h) => {
      const client = h.hot(' -a--z', { a: frame('a'), z: closed() });
      const inbox = h.hot('  -----');
      const expected = '     ja--(lx|)';
      const values = {
        j: join(LOBBY, {}),
        a: forward('a', LOBBY, { data: {} }),
        l: leave('client closed', LOBBY, {}),
        x: ended(1005),
      };

      const session$ = relay(h, { client, inbox, route: { metadata: {} } });

      h.expectObservable(session$).toBe(expected, values);
    }),
  );

  it(
    'hands on text as a string and binary as bytes, empty frames too (L4)',
    marbles((h) => {
      const bytes = new Uint8Array([0, 255]);
      const client = h.hot(' -t-b-e-f', {
        t: frame('grüße'),
        b: frame(bytes),
        e: frame(''),
        f: frame(new Uint8Array()),
      });
      const clientSubs = '   ^';
      const inbox = h.hot('  -');
      const expected = '     jt-b-e-f';
      const values = {
        j: join(),
        t: forward('grüße'),
        b: forward(bytes),
        e: forward(''),
        f: forward(new Uint8Array()),
      };

      h.expectObservable(relay(h, { client, inbox })).toBe(expected, values);
      h.expectSubscriptions(client.subscriptions).toBe(clientSubs);
    }),
  );

  it(
    'sends frames under the message topic of the route (H5)',
    marbles((h) => {
      const client = h.hot(' -a', { a: frame('a') });
      const inbox = h.hot('  --');
      const expected = '     ja';
      const values = { j: join(), a: forward('a', LOBBY, { topic: 'chat' }) };

      const session$ = relay(h, { client, inbox, route: { topic: 'chat' } });

      h.expectObservable(session$).toBe(expected, values);
    }),
  );

  it(
    'beats after each whole interval, counting data frames, until closing starts (L5)',
    marbles((h) => {
      const client = h.hot(' -a-b----------z', {
        a: frame('a'),
        b: frame('b'),
        z: closed(1000),
      });
      const inbox = h.hot('  ----------k----', { k: message(ws.close) });
      const every = h.time(' ----|');
      const expected = '     ja-bh---i-k---(lx|)';
      const values = {
        j: join(),
        a: forward('a'),
        b: forward('b'),
        h: beat(4, 2),
        i: beat(8, 2),
        k: close(1000),
        l: leave('closed by server'),
        x: ended(1000),
      };

      const session$ = relay(h, { client, inbox, route: { heartbeat: every } });

      h.expectObservable(session$).toBe(expected, values);
    }),
  );

  it(
    'writes uptime as a duration text (L5)',
    marbles((h) => {
      const client = h.hot(' 91s z', { z: closed(1000) });
      const inbox = h.hot('  -');
      const expected = '     j 89999ms h 999ms (lx|)';
      const values = {
        j: join(),
        h: {
          ...beat(90_000, 0),
          payload: { ...(beat(90_000, 0) as { payload: object }).payload, uptime: '1m30s' },
        },
        l: leave('client closed'),
        x: ended(1000),
      };

      const session$ = relay(h, { client, inbox, route: { heartbeat: 90_000 } });

      h.expectObservable(session$).toBe(expected, values);
    }),
  );

  it(
    'does not beat without an interval (H7)',
    marbles((h) => {
      const client = h.hot(' 1000m z', { z: closed(1000) });
      const inbox = h.hot('  -');
      const expected = '     j 59999999ms (lx|)';
      const values = { j: join(), l: leave('client closed'), x: ended(1000) };

      h.expectObservable(relay(h, { client, inbox })).toBe(expected, values);
    }),
  );

  it(
    'drops and does not count what the client says after closing has begun (L6)',
    marbles((h) => {
      const client = h.hot(' -a--b-cz', {
        a: frame('a'),
        b: frame('b'),
        c: frame('c'),
        z: closed(1000),
      });
      const clientSubs = '   ^------!';
      const inbox = h.hot('  ---k----', { k: message(ws.close) });
      const inboxSubs = '    ^------!';
      const expected = '     ja-kD-D(lx|)';
      const values = {
        j: join(),
        a: forward('a'),
        k: close(1000),
        D: drop,
        l: leave('closed by server'),
        x: ended(1000),
      };

      h.expectObservable(relay(h, { client, inbox })).toBe(expected, values);
      h.expectSubscriptions(client.subscriptions).toBe(clientSubs);
      h.expectSubscriptions(inbox.subscriptions).toBe(inboxSubs);
    }),
  );
});

describe('session, from processes to the client', () => {
  it(
    'writes one frame for each ws.send, whoever sends it (W1)',
    marbles((h) => {
      const client = h.hot('  -');
      const window = new Uint8Array([9, 1, 2, 9]).subarray(1, 3);
      const inbox = h.hot('   -t-b-s-w-o', {
        t: message(ws.send, { type: 'text', data: 'hi' }, LOBBY),
        b: message(ws.send, { type: 'binary', data: window }, ROOM),
        s: message(ws.send, { type: 'binary', data: 'ü' }),
        w: message(ws.send, { data: new DataView(window.buffer, 0, 1) }),
        o: message(ws.send, { data: '' }),
      });
      const inboxSubs = '     ^';
      const expected = '      jt-b-s-w-o';
      const values = {
        j: join(),
        t: write('hi'),
        b: write(new Uint8Array([1, 2])),
        s: write(new Uint8Array([0xc3, 0xbc])),
        w: write(new Uint8Array([9])),
        o: write(''),
      };

      h.expectObservable(relay(h, { client, inbox })).toBe(expected, values);
      h.expectSubscriptions(inbox.subscriptions).toBe(inboxSubs);
    }),
  );

  it(
    'ignores a malformed ws.send with a warning, and stays open (W2)',
    marbles((h) => {
      const client = h.hot('  -');
      const inbox = h.hot('   -p-q-r-s', {
        p: message(ws.send, { type: 'html', data: 'hi' } as never, LOBBY),
        q: message(ws.send, { type: 'text', data: 7 } as never, LOBBY),
        r: message(ws.send, undefined as never, LOBBY),
        s: message(ws.send, { data: 'ok' }, LOBBY),
      });
      const expected = '      jw-w-w-s';
      const values = {
        j: join(),
        w: warn('ws.send', `malformed ws.send from ${LOBBY} ignored`),
        s: write('ok'),
      };

      h.expectObservable(relay(h, { client, inbox })).toBe(expected, values);
    }),
  );

  it(
    'gets send, close and the end of their sender out in that order; the close is first cause (W3)',
    marbles((h) => {
      const client = h.hot('  ---------z', { z: closed(4000) });
      const inbox = h.hot('   --(sk)----', {
        s: message(ws.send, { data: 'last' }, LOBBY),
        k: message(ws.close, { code: 4000, reason: 'done' }, LOBBY),
      });
      const lobby = h.hot('   --(x)-----', { x: exited(LOBBY, { type: 'kill' }) });
      const lobbySubs = '     ^-!-------';
      const expected = '      j-(sk)---(x|)';
      const values = {
        j: join(),
        s: write('last'),
        k: close(4000, 'done'),
        x: ended(4000, 'done'),
      };

      const session$ = relay(h, { client, inbox, exits: { [LOBBY]: lobby }, dead: [LOBBY] });

      h.expectObservable(session$).toBe(expected, values);
      h.expectSubscriptions(lobby.subscriptions).toBe(lobbySubs);
    }),
  );

  it(
    'drops what is sent after closing has begun (W3)',
    marbles((h) => {
      const client = h.hot('  -------z', { z: closed(1000) });
      const inbox = h.hot('   --k-s---', {
        k: message(ws.close),
        s: message(ws.send, { data: 'late' }),
      });
      const inboxSubs = '     ^------!';
      const expected = '      j-k-D--(lx|)';
      const values = {
        j: join(),
        k: close(1000),
        D: drop,
        l: leave('closed by server'),
        x: ended(1000),
      };

      h.expectObservable(relay(h, { client, inbox })).toBe(expected, values);
      h.expectSubscriptions(inbox.subscriptions).toBe(inboxSubs);
    }),
  );

  it.each<[string, unknown, number, string]>([
    ['nothing', undefined, 1000, ''],
    ['a bare string, which is the reason', 'bye', 1000, 'bye'],
    ['a code', { code: 4001 }, 4001, ''],
    ['a reason too long, cut between code points (W5)', 'ü'.repeat(100), 1000, 'ü'.repeat(61)],
  ])('closes with %s (W4)', (_what, payload, code, reason) => {
    marbles((h) => {
      const client = h.hot('  ----z', { z: closed(1000, 'whatever') });
      const inbox = h.hot('   --k--', { k: message(ws.close, payload as never) });
      const expected = '      j-k-(lx|)';
      const values = {
        j: join(),
        k: close(code, reason),
        l: leave(reason || 'closed by server'),
        x: ended(code, reason),
      };

      h.expectObservable(relay(h, { client, inbox })).toBe(expected, values);
    })();
  });

  it.each([1004, 1005, 1006, 1015, 999, 5000, '1000', 1000.5])(
    'closes with 1011 and a warning where the code is %p (W4)',
    (code) => {
      marbles((h) => {
        const client = h.hot('  -');
        const inbox = h.hot('   --k', { k: message(ws.close, { code } as never, LOBBY) });
        const timeout = h.time('  -------|');
        const expected = '      j-(wk)---(dly|)';
        const values = {
          j: join(),
          w: warn('ws.close', `malformed ws.close from ${LOBBY}`),
          k: close(1011),
          d: destroy,
          l: leave('closed by server'),
          y: failed(1011, ''),
        };

        const session$ = relay(h, { client, inbox, closeTimeout: timeout });

        h.expectObservable(session$).toBe(expected, values);
      })();
    },
  );

  it(
    'ignores a second ws.close: the first cause wins (W5)',
    marbles((h) => {
      const client = h.hot('  ------z', { z: closed(4001) });
      const inbox = h.hot('   -k--o--', {
        k: message(ws.close, { code: 4000, reason: 'first' }),
        o: message(ws.close, { code: 4001, reason: 'second' }),
      });
      const expected = '      jk--D-(lx|)';
      const values = {
        j: join(),
        k: close(4000, 'first'),
        D: drop,
        l: leave('first'),
        x: ended(4000, 'first'),
      };

      h.expectObservable(relay(h, { client, inbox })).toBe(expected, values);
    }),
  );

  it(
    'ignores any other topic with a warning (T1)',
    marbles((h) => {
      const client = h.hot('  -');
      const inbox = h.hot('   -t', { t: message('chat.line', 'hi') });
      const expected = '      jw';
      const values = {
        j: join(),
        w: warn('topic', 'a connection does not understand chat.line (T1)'),
      };

      h.expectObservable(relay(h, { client, inbox })).toBe(expected, values);
    }),
  );
});
