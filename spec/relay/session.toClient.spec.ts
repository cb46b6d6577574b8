import { describe, it } from '@jest/globals';
import { ws } from '../../lib/protocol/index.js';
import { message } from '../../lib/testing/marbles/message.js';
import { marbles } from '../support/marbles.js';
import {
  close,
  closed,
  destroy,
  drop,
  ended,
  exited,
  failed,
  join,
  LOBBY,
  leave,
  ROOM,
  relay,
  sent,
  warn,
  write,
} from './support.js';

describe('session, from processes to the client', () => {
  it(
    'writes one frame for each ws.send, whoever sends it (W1)',
    marbles((h) => {
      const client = h.hot('  -');
      const window = new Uint8Array([9, 1, 2, 9]).subarray(1, 3);
      const inbox = h.hot('   -t-b-s-w-o', {
        t: message(ws.send, { type: 'text', data: 'hi' }, { from: LOBBY }),
        b: message(ws.send, { type: 'binary', data: window }, { from: ROOM }),
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
      const inbox = h.hot('   -p-q-r-t-v-s', {
        p: message(ws.send, { type: 'html', data: 'hi' } as never, { from: LOBBY }),
        q: message(ws.send, { type: 'text', data: 7 } as never, { from: LOBBY }),
        r: message(ws.send, undefined as never, { from: LOBBY }),
        t: message(ws.send, { data: { text: 'hi' } } as never, { from: LOBBY }),
        v: message(ws.send, { type: 'text', data: new Uint8Array(1) }, { from: undefined }),
        s: message(ws.send, { data: 'ok' }, { from: LOBBY }),
      });
      const expected = '      jp-q-r-t-v-s';
      const malformed = (from: string, why: string) =>
        warn('ws.send', `malformed ws.send from ${from} ignored: ${why}`);
      const noData = (what: string) =>
        `data is a text or bytes, not ${what}; JSON.stringify an object`;
      const values = {
        j: join(),
        p: malformed(LOBBY, `type is 'text' or 'binary', not string`),
        q: malformed(LOBBY, noData('number')),
        r: malformed(LOBBY, 'give { data }, not undefined'),
        t: malformed(LOBBY, noData('object')),
        v: malformed('outside', "data are bytes: leave type 'text' out"),
        s: write('ok'),
      };

      h.expectObservable(relay(h, { client, inbox })).toBe(expected, values);
    }),
  );

  it(
    'writes a frame as its ws.send says, and who asks is told where it becomes none (W7–W9)',
    marbles((h) => {
      const client = h.hot('  -');
      const inbox = h.hot('   -o-l-a-m', {
        o: message(ws.send, { data: 'o', overflow: 'dropOldest' }, { from: LOBBY }),
        l: message(ws.send, { data: 'l', key: 'price' }, { from: LOBBY }),
        a: message(ws.send, { data: 'a', ack: 1 }, { from: LOBBY }),
        m: message(ws.send, { data: 'm', overflow: 'no', ack: 2 } as never, { from: LOBBY }),
      });
      const expected = '      jo-l-a-(ms)';
      const values = {
        j: join(),
        o: write('o', { overflow: 'dropOldest' }),
        l: write('l', { overflow: 'latest', key: 'price' }),
        a: write('a', { ref: 1 }),
        m: warn(
          'ws.send',
          `malformed ws.send from ${LOBBY} ignored: overflow is 'close', 'dropOldest' or 'latest', not "no"`,
        ),
        s: sent(2, 'dropped'),
      };

      h.expectObservable(relay(h, { client, inbox })).toBe(expected, values);
    }),
  );

  it(
    'answers who asks once closing has begun, as long as that one lives (W9)',
    marbles((h) => {
      const client = h.hot('  ----------z', { z: closed(1000) });
      const inbox = h.hot('   --k-s---d--', {
        k: message(ws.close),
        s: message(ws.send, { data: 'late', ack: 'ref' }, { from: LOBBY }),
        d: message(ws.send, { data: 'late', ack: 'ref' }, { from: ROOM }),
      });
      const expected = '      j-k-(DA)D-(lx|)';
      const values = {
        j: join(),
        k: close(1000),
        D: drop,
        A: sent('ref', 'dropped'),
        l: leave('closed by server'),
        x: ended(1000),
      };

      h.expectObservable(relay(h, { client, inbox, dead: [ROOM] })).toBe(expected, values);
    }),
  );

  it(
    'sends a frame whose ack nobody can be told of, with a warning (W9)',
    marbles((h) => {
      const client = h.hot('  -');
      const inbox = h.hot('   -o', {
        o: message(ws.send, { data: 'o', ack: 1 }, { from: undefined }),
      });
      const expected = '      j(wo)';
      const values = {
        j: join(),
        w: warn('ws.send', 'an ack is for a process, and this ws.send has none (W9)'),
        o: write('o', { ref: 1, from: undefined as never }),
      };

      h.expectObservable(relay(h, { client, inbox })).toBe(expected, values);
    }),
  );

  it(
    'gets send, close and the end of their sender out in that order; the close is first cause (W3)',
    marbles((h) => {
      const client = h.hot('  ---------z', { z: closed(4000) });
      const inbox = h.hot('   --(sk)----', {
        s: message(ws.send, { data: 'last' }, { from: LOBBY }),
        k: message(ws.close, { code: 4000, reason: 'done' }, { from: LOBBY }),
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

  it.each<{ what: string; payload: unknown; code: number; reason: string }>([
    { what: 'nothing', payload: undefined, code: 1000, reason: '' },
    { what: 'a bare string, which is the reason', payload: 'bye', code: 1000, reason: 'bye' },
    { what: 'a code', payload: { code: 4001 }, code: 4001, reason: '' },
    {
      what: 'a reason too long, cut between code points (W5)',
      payload: 'ü'.repeat(100),
      code: 1000,
      reason: 'ü'.repeat(61),
    },
  ])('closes with $what (W4)', ({ payload, code, reason }) => {
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
        const inbox = h.hot('   --k', { k: message(ws.close, { code } as never, { from: LOBBY }) });
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
        w: warn('topic', 'a connection does not understand chat.line (T1): send ws.send'),
      };

      h.expectObservable(relay(h, { client, inbox })).toBe(expected, values);
    }),
  );
});
