import { describe, expect, it, jest } from '@jest/globals';
import { VirtualTimeScheduler } from 'rxjs';
import type { Control } from '../../lib/protocol/index.js';
import { ws } from '../../lib/protocol/index.js';
import { expiry } from '../../lib/relay/expiry.js';
import { message } from '../../lib/testing/marbles/message.js';
import { marbles } from '../support/marbles.js';
import {
  close,
  closed,
  destroy,
  ended,
  forward,
  frame,
  join,
  LOBBY,
  leave,
  lost,
  ROOM,
  relay,
  warn,
} from './support.js';

const control = (fields: Control) => message(ws.control, fields, { from: LOBBY });
const why = 'authorization expired';
const ADVICE = 'it looks like seconds, as the exp of a JWT: multiply by 1,000';
const over = { j: join(), k: close(4401, why), l: leave(why), x: ended(4401, why) };

describe('session, as its authorisation ends', () => {
  it(
    'closes with 4401, and tells the target; no frame passes any more (X13, cause n)',
    marbles((h) => {
      const client = h.hot(' --a----b-z', { a: frame('a'), b: frame('b'), z: closed(4401, why) });
      const inbox = h.hot('  ----------');
      const expires = h.time('-----|    ');
      const expected = '     j-a--k-d-(lx|)';
      const values = { ...over, a: forward('a'), d: { type: 'drop' } } as const;

      const session$ = relay(h, { client, inbox, route: { expires } });

      h.expectObservable(session$).toBe(expected, values);
    }),
  );

  it(
    'lets a client that does not answer go after the close timeout (X13, Z3)',
    marbles((h) => {
      const client = h.hot(' ----------');
      const clientSubs = '   ^------!  ';
      const inbox = h.hot('  ----------');
      const expires = h.time('--|       ');
      const closeTimeout = h.time('-----|');
      const expected = '     j-k----(dlx|)';

      const session$ = relay(h, { client, inbox, closeTimeout, route: { expires } });

      h.expectObservable(session$).toBe(expected, { ...over, d: destroy });
      h.expectSubscriptions(client.subscriptions).toBe(clientSubs);
    }),
  );

  it(
    'does nothing once closing has begun for another cause (X13, Z4)',
    marbles((h) => {
      const client = h.hot(' ----------z', { z: lost });
      const inbox = h.hot('  ---k-------', { k: message(ws.close, 'bye') });
      const expires = h.time('-----|     ');
      const expected = '     j--k------(lx|)';
      const values = { j: join(), k: close(1000, 'bye'), l: leave('bye'), x: ended(1000, 'bye') };

      h.expectObservable(relay(h, { client, inbox, route: { expires } })).toBe(expected, values);
    }),
  );

  it.each([
    { what: 'later', to: 7, expected: ' j------k--(lx|)' },
    { what: 'sooner', to: 3, expected: 'j--k------(lx|)' },
    { what: 'into the past', to: 1, expected: 'j-(wk)----(lx|)' },
    { what: 'away', to: 0, expected: '  j---------(cX|)' },
    { what: 'not by null', to: null, expected: 'j----k----(lx|)' },
  ])('is moved by ws.control: $what (X14)', ({ to, expected }) => {
    marbles((h) => {
      const client = h.hot(' ----------z', { z: closed(1000) });
      const inbox = h.hot('  --s--------', { s: control({ expires_at: to }) });
      const expires = h.time('-----|     ');
      const w = warn('expires_at', `expires_at ${to} is in the past; ${ADVICE}`);
      const values = { ...over, w, c: leave('client closed'), X: ended(1000) };

      const session$ = relay(h, { client, inbox, route: { expires } });

      h.expectObservable(session$).toBe(expected, values);
    })();
  });

  it(
    'goes on through a transfer, and the new target is told (X14, X4)',
    marbles((h) => {
      const client = h.hot(' ----------z', { z: closed(4401, why) });
      const inbox = h.hot('  --t--------', { t: control({ target_pid: ROOM }) });
      const expires = h.time('-------|   ');
      const expected = '     j-(oJ)-k--(lx|)';
      const values = {
        ...over,
        o: leave('transferred'),
        J: join(ROOM),
        l: leave(why, ROOM),
      };

      const session$ = relay(h, { client, inbox, route: { expires } });

      h.expectObservable(session$).toBe(expected, values);
    }),
  );

  it(
    'closes at once when it is over already, and says so of seconds (X13)',
    marbles((h) => {
      const client = h.hot('z', { z: closed(4401, why) });
      const inbox = h.hot(' -');
      const expected = '    (jwklx|)';
      const expires = -1_000;
      const w = warn('expires_at', `expires_at ${expires} is in the past; ${ADVICE}`);

      const session$ = relay(h, { client, inbox, route: { expires } });

      h.expectObservable(session$).toBe(expected, { ...over, w });
    }),
  );
});

describe('expiry', () => {
  it('is never early, and waits longer than a timer of Node can (X13, H7)', () => {
    const scheduler = new VirtualTimeScheduler();
    const time = 5 * 2 ** 31;
    const longest = jest.spyOn(scheduler, 'schedule');
    const seen: number[] = [];
    expiry(time, scheduler).subscribe(() => seen.push(scheduler.now()));
    scheduler.flush();

    expect(seen).toEqual([time]);
    expect(Math.max(...longest.mock.calls.map(([, millis = 0]) => millis))).toBe(2 ** 31 - 1);
  });

  it('looks at the clock again when a timer fires (X13)', () => {
    const scheduler = new VirtualTimeScheduler();
    let back = 0;
    const { now } = scheduler;
    scheduler.now = () => now.call(scheduler) - back;
    const seen: number[] = [];
    expiry(100, scheduler).subscribe(() => seen.push(now.call(scheduler)));
    back = 30;
    scheduler.flush();

    expect(seen).toEqual([130]);
  });
});
