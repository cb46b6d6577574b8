import { describe, expect, it } from '@jest/globals';
import { NEVER, Subject, VirtualTimeScheduler } from 'rxjs';
import type { Message } from '../../lib/index.js';
import { ws } from '../../lib/protocol/index.js';
import { type SocketEvent, session } from '../../lib/relay/index.js';
import { fakeSelf } from '../../lib/testing/marbles/fakeSelf.js';
import { fakeSocket } from '../../lib/testing/marbles/fakeSocket.js';
import { message } from '../../lib/testing/marbles/message.js';
import { marbles } from '../support/marbles.js';
import { client, exits, inbox, signals } from './causes.js';
import {
  beat,
  close,
  closed,
  destroy,
  drop,
  ended,
  frame,
  join,
  LOBBY,
  leave,
  lobbyRoute,
  lost,
  relay,
  worldOf,
} from './support.js';

describe('session, while closing', () => {
  it(
    'has begun with the client’s close frame: no heartbeat, no frame after it; the leave at the end (L5, L6, Z4)',
    marbles((h) => {
      const socket = h.hot('  ---c-f---z', {
        c: { type: 'closing', code: 4000, reason: 'bye' } as const,
        f: frame('late'),
        z: closed(4000, 'bye'),
      });
      const socketSubs = '    ^--------!';
      const messages = h.hot('----w-----', { w: message(ws.send, { data: 'late' }) });
      const target = h.hot('  ------n---', exits);
      const targetSubs = '    ^--!------';
      const interval = h.time('--|       ');
      const expected = '      j-b-dd---(lx|)';
      const values = {
        j: join(),
        b: beat(2, 0),
        d: drop,
        l: leave('bye'),
        x: ended(4000, 'bye'),
      };

      const session$ = relay(h, {
        client: socket,
        inbox: messages,
        exits: { [LOBBY]: target },
        route: { heartbeat: interval },
        closeTimeout: interval,
      });

      h.expectObservable(session$).toBe(expected, values);
      h.expectSubscriptions(socket.subscriptions).toBe(socketSubs);
      h.expectSubscriptions(target.subscriptions).toBe(targetSubs);
    }),
  );

  it(
    'destroys a socket that does not answer in time; code and reason stay the first (Z3)',
    marbles((h) => {
      const socket = h.hot('  ---------z', { z: lost });
      const socketSubs = '    ^------!  ';
      const messages = h.hot('--k-------', inbox);
      const messageSubs = '   ^------!  ';
      const timeout = h.time('  -----|   ');
      const expected = '      j-k----(dlx|)';
      const values = {
        j: join(),
        k: close(4000, 'kicked'),
        d: destroy,
        l: leave('kicked'),
        x: ended(4000, 'kicked'),
      };

      const session$ = relay(h, { client: socket, inbox: messages, closeTimeout: timeout });

      h.expectObservable(session$).toBe(expected, values);
      h.expectSubscriptions(socket.subscriptions).toBe(socketSubs);
      h.expectSubscriptions(messages.subscriptions).toBe(messageSubs);
    }),
  );

  it(
    'waits no longer once the socket is closed, also by another code or 1006 (Z3, Z4)',
    marbles((h) => {
      const socket = h.hot('  ----z', { z: lost });
      const socketSubs = '    ^---!';
      const messages = h.hot('--k--', inbox);
      const timeout = h.time('  -----|');
      const expected = '      j-k-(lx|)';
      const values = {
        j: join(),
        k: close(4000, 'kicked'),
        l: leave('kicked'),
        x: ended(4000, 'kicked'),
      };

      const session$ = relay(h, { client: socket, inbox: messages, closeTimeout: timeout });

      h.expectObservable(session$).toBe(expected, values);
      h.expectSubscriptions(socket.subscriptions).toBe(socketSubs);
    }),
  );

  it(
    'keeps no heartbeat and no monitor (Z4)',
    marbles((h) => {
      const socket = h.hot('  ----------z', client);
      const messages = h.hot('---k-------', inbox);
      const target = h.hot('  ------n----', exits);
      const targetSubs = '    ^--!-------';
      const every = h.time('  --|');
      const expected = '      j-hk------(lx|)';
      const values = {
        j: join(),
        h: beat(2, 0),
        k: close(4000, 'kicked'),
        l: leave('kicked'),
        x: ended(4000, 'kicked'),
      };

      const session$ = relay(h, {
        client: socket,
        inbox: messages,
        exits: { [LOBBY]: target },
        route: { heartbeat: every },
      });

      h.expectObservable(session$).toBe(expected, values);
      h.expectSubscriptions(target.subscriptions).toBe(targetSubs);
    }),
  );

  it('has the close timeout for its only timer, and none at its end (Z4)', () => {
    const clock = new VirtualTimeScheduler();
    const socket = new Subject<SocketEvent>();
    const messages = new Subject<Message>();
    session(messages, {
      self: fakeSelf(),
      socket: fakeSocket({ events$: socket }),
      route: { ...lobbyRoute, heartbeat: 1_000 },
      world: worldOf(clock),
      scheduler: clock,
      closeTimeout: 5_000,
      successor: () => NEVER,
    }).subscribe();

    const delays = (): number[] => clock.actions.map(({ delay }) => delay);
    expect(delays()).toEqual([1_000]);
    messages.next(message(ws.close));
    expect(delays()).toEqual([5_000]);
    socket.next(closed(1000));
    expect(delays()).toEqual([]);
  });

  it(
    'knows no second cause, whatever happens (W5, Y3)',
    marbles((h) => {
      const socket = h.hot('  ---f-p-s-g----z', { ...client, f: frame('f') });
      const socketSubs = '    ^-------------!';
      const messages = h.hot('----e----------', inbox);
      const told = h.hot('    -c----w-i-r-f--', signals);
      const toldSubs = '      ^-------------!';
      const expected = '      jk-DD---------(lx|)';
      const values = {
        j: join(),
        k: close(1001, 'cancelled'),
        D: drop,
        l: leave('cancelled'),
        x: ended(1001, 'cancelled'),
      };

      const session$ = relay(h, { client: socket, inbox: messages, signals: told });

      h.expectObservable(session$).toBe(expected, values);
      h.expectSubscriptions(socket.subscriptions).toBe(socketSubs);
      h.expectSubscriptions(told.subscriptions).toBe(toldSubs);
    }),
  );

  it(
    'gives a target that has died meanwhile no leave (L2)',
    marbles((h) => {
      const socket = h.hot('  ----z', client);
      const socketSubs = '    ^---!';
      const messages = h.hot('--k--', inbox);
      const expected = '      j-k-(x|)';
      const values = { j: join(), k: close(4000, 'kicked'), x: ended(4000, 'kicked') };

      const session$ = relay(h, { client: socket, inbox: messages, dead: [LOBBY] });

      h.expectObservable(session$).toBe(expected, values);
      h.expectSubscriptions(socket.subscriptions).toBe(socketSubs);
    }),
  );
});
