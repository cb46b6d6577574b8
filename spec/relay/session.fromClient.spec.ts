import { describe, it } from '@jest/globals';
import { ws } from '../../lib/protocol/index.js';
import { message } from '../../lib/testing/marbles/message.js';
import { marbles } from '../support/marbles.js';
import {
  beat,
  close,
  closed,
  drop,
  ended,
  forward,
  frame,
  join,
  LOBBY,
  leave,
  relay,
} from './support.js';

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
