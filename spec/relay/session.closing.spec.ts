import { describe, expect, it } from '@jest/globals';
import { Subject, VirtualTimeScheduler } from 'rxjs';
import type { Command, ExitReason, Message } from '../../lib/index.js';
import { ws } from '../../lib/protocol/index.js';
import { type SessionCommand, type SocketEvent, session } from '../../lib/relay/index.js';
import { fakeSelf, fakeSocket, message } from '../../lib/testing/index.js';
import { marbles } from '../support/marbles.js';
import {
  beat,
  cancel,
  close,
  closed,
  destroy,
  drop,
  ended,
  exited,
  failed,
  frame,
  join,
  LOBBY,
  leave,
  linkDown,
  lobbyRoute,
  lost,
  relay,
  worldOf,
} from './support.js';

const boom = new Error('boom');
const crash: ExitReason = { type: 'error', error: boom };
const asCommand = (reason: ExitReason): Command => ({ type: 'exit', reason });

/** Everything that starts closing, by the diagram letter and the source that it comes from. */
const client = {
  p: { type: 'violation', code: 1002 },
  u: { type: 'violation', code: 1007 },
  b: { type: 'violation', code: 1009 },
  s: { type: 'silent' },
  g: { type: 'congested' },
  z: closed(1000, 'too late to matter'),
} as const;
const inbox = {
  k: message(ws.close, { code: 4000, reason: 'kicked' }),
  e: message(ws.close, { code: 1011, reason: 'broken' }),
};
const signals = {
  c: cancel(),
  w: cancel('maintenance'),
  i: linkDown(crash),
  k: linkDown({ type: 'killed' }),
  q: { kind: 'pid.cancel', from: undefined, at: 0, reason: 'shutdown', deadline: 9 },
  r: { type: 'shutdown' },
  f: { type: 'refused' },
} as never;
const exits = {
  n: exited(LOBBY, { type: 'normal', value: 7 }),
  s: exited(LOBBY, { type: 'shutdown' }),
  e: exited(LOBBY, crash),
  k: exited(LOBBY, { type: 'killed' }),
  o: exited(LOBBY, { type: 'noproc' }),
  l: exited(LOBBY, { type: 'noconnection' }),
};

describe('session, when something starts closing', () => {
  const gone = 'target process exited';
  type Row = [
    cause: string,
    sources: { client?: string; inbox?: string; exits?: string; signals?: string },
    /** To the client. */
    start: SessionCommand,
    /** To the target. */
    leave: string | undefined,
    exit: Command,
  ];
  it.each<Row>([
    ['c: ws.close', { inbox: '--k' }, close(4000, 'kicked'), 'kicked', ended(4000, 'kicked')],
    [
      'c: an abnormal one',
      { inbox: '--e' },
      close(1011, 'broken'),
      'broken',
      failed(1011, 'broken'),
    ],
    ['d: target ends normally', { exits: '--n' }, close(1000, gone), undefined, ended(1000, gone)],
    ['e: target is shut down', { exits: '--s' }, close(1001, gone), undefined, ended(1001, gone)],
    ['f: target crashes', { exits: '--e' }, close(1011, gone), undefined, failed(1011, gone)],
    ['f: target is killed', { exits: '--k' }, close(1011, gone), undefined, failed(1011, gone)],
    ['f: target was dead (H3)', { exits: '--o' }, close(1011, gone), undefined, failed(1011, gone)],
    [
      'f2: target cannot be reached',
      { exits: '--l' },
      close(1012, 'target unreachable'),
      undefined,
      failed(1012, 'target unreachable'),
    ],
    [
      'g: a linked process crashes',
      { signals: '--i' },
      close(1011, 'linked process exited'),
      'linked process exited',
      asCommand(crash),
    ],
    [
      'g: a linked process is killed',
      { signals: '--k' },
      close(1011, 'linked process exited'),
      'linked process exited',
      asCommand({ type: 'killed' }),
    ],
    [
      'h: cancel',
      { signals: '--c' },
      close(1001, 'cancelled'),
      'cancelled',
      ended(1001, 'cancelled'),
    ],
    [
      'h: cancel with a reason',
      { signals: '--w' },
      close(1001, 'maintenance'),
      'maintenance',
      ended(1001, 'maintenance'),
    ],
    [
      'j: the relay shuts down',
      { signals: '--r' },
      close(1001, 'server shutting down'),
      'server shutting down',
      ended(1001, 'server shutting down'),
    ],
    [
      'j: the host stops (O2)',
      { signals: '--q' },
      close(1001, 'server shutting down'),
      'server shutting down',
      ended(1001, 'server shutting down'),
    ],
    [
      'k: protocol error',
      { client: '--p' },
      close(1002),
      'protocol error',
      failed(1002, 'protocol error'),
    ],
    [
      'k: invalid UTF-8',
      { client: '--u' },
      close(1007),
      'invalid payload',
      failed(1007, 'invalid payload'),
    ],
    [
      'k: too big',
      { client: '--b' },
      close(1009),
      'message too big',
      failed(1009, 'message too big'),
    ],
    ['l: no pong', { client: '--s' }, destroy, 'ping timeout', failed(1006, 'ping timeout')],
    [
      'm: slow consumer',
      { client: '--g' },
      close(1013, 'slow consumer'),
      'slow consumer',
      failed(1013, 'slow consumer'),
    ],
    [
      'm: target overloaded (M11)',
      { signals: '--f' },
      close(1013, 'target overloaded'),
      'target overloaded',
      failed(1013, 'target overloaded'),
    ],
  ])('%s', (_cause, drawn, start, reason, exit) => {
    marbles((h) => {
      const socket = h.hot(`  ${drawn.client ?? '---'}---z`, client);
      const socketSubs = '    ^-----!';
      const messages = h.hot(`${drawn.inbox ?? '---'}----`, inbox);
      const messageSubs = '   ^-----!';
      const target = h.hot(`  ${drawn.exits ?? '---'}----`, exits);
      const targetSubs = '    ^-!----';
      const told = h.hot(`    ${drawn.signals ?? '---'}----`, signals);
      const toldSubs = '      ^-----!';
      const expected = `      j-k---(${reason === undefined ? '' : 'l'}x|)`;
      const values = { j: join(), k: start, ...(reason && { l: leave(reason) }), x: exit };

      const session$ = relay(h, {
        client: socket,
        inbox: messages,
        signals: told,
        exits: { [LOBBY]: target },
      });

      h.expectObservable(session$).toBe(expected, values);
      h.expectSubscriptions(socket.subscriptions).toBe(socketSubs);
      h.expectSubscriptions(messages.subscriptions).toBe(messageSubs);
      h.expectSubscriptions(target.subscriptions).toBe(targetSubs);
      h.expectSubscriptions(told.subscriptions).toBe(toldSubs);
    })();
  });

  it.each<[string, ReturnType<typeof closed>, string, Command]>([
    ['a: client closes', closed(1000, 'bye'), 'bye', ended(1000, 'bye')],
    ['a: without a code', closed(), 'client closed', ended(1005)],
    ['a: with an abnormal code', closed(1011, 'oops'), 'oops', failed(1011, 'oops')],
    [
      'a: with a text of the library (Z5)',
      closed(4999, 'server shutting down'),
      'server shutting down',
      ended(4999, 'server shutting down'),
    ],
    ['b: socket lost', lost, 'connection lost', failed(1006, 'connection lost')],
  ])('%s: ends at once', (_cause, end, reason, exit) => {
    marbles((h) => {
      const socket = h.hot('  --z', { z: end });
      const socketSubs = '    ^-!';
      const messages = h.hot('---');
      const messageSubs = '   ^-!';
      const expected = '      j-(lx|)';
      const values = { j: join(), l: leave(reason), x: exit };

      h.expectObservable(relay(h, { client: socket, inbox: messages })).toBe(expected, values);
      h.expectSubscriptions(socket.subscriptions).toBe(socketSubs);
      h.expectSubscriptions(messages.subscriptions).toBe(messageSubs);
    })();
  });
});

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
