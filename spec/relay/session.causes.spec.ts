import { describe, it } from '@jest/globals';
import type { Command, ExitReason } from '../../lib/index.js';
import type { SessionCommand } from '../../lib/relay/index.js';
import { marbles } from '../support/marbles.js';
import { client, crash, exits, inbox, signals } from './causes.js';
import {
  close,
  closed,
  destroy,
  ended,
  failed,
  join,
  LOBBY,
  leave,
  lost,
  relay,
} from './support.js';

const asCommand = (reason: ExitReason): Command => ({ type: 'exit', reason });

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
