import { describe, it } from '@jest/globals';
import type { Command, ExitReason } from '../../lib/index.js';
import type { SessionCommand } from '../../lib/relay/index.js';
import { marbles } from '../support/marbles.js';
import { client, crash, exits, inbox, signals } from './causes.js';
import {
  close,
  closed,
  destroy,
  drop,
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
  interface Row {
    cause: string;
    drawn: { client?: string; inbox?: string; exits?: string; signals?: string };
    /** To the client. */
    start: SessionCommand;
    /** To the target. */
    reason: string | undefined;
    exit: Command;
  }
  it.each<Row>([
    {
      cause: 'c: ws.close',
      drawn: { inbox: '--k' },
      start: close(4000, 'kicked'),
      reason: 'kicked',
      exit: ended(4000, 'kicked'),
    },
    {
      cause: 'c: an abnormal one',
      drawn: { inbox: '--e' },
      start: close(1011, 'broken'),
      reason: 'broken',
      exit: failed(1011, 'broken'),
    },
    {
      cause: 'd: target ends normally',
      drawn: { exits: '--n' },
      start: close(1000, gone),
      reason: undefined,
      exit: ended(1000, gone),
    },
    {
      cause: 'e: target is shut down',
      drawn: { exits: '--s' },
      start: close(1001, gone),
      reason: undefined,
      exit: ended(1001, gone),
    },
    {
      cause: 'f: target crashes',
      drawn: { exits: '--e' },
      start: close(1011, gone),
      reason: undefined,
      exit: failed(1011, gone),
    },
    {
      cause: 'f: target is killed',
      drawn: { exits: '--k' },
      start: close(1011, gone),
      reason: undefined,
      exit: failed(1011, gone),
    },
    {
      cause: 'f: target was dead (H3)',
      drawn: { exits: '--o' },
      start: close(1011, gone),
      reason: undefined,
      exit: failed(1011, gone),
    },
    {
      cause: 'f2: target cannot be reached',
      drawn: { exits: '--l' },
      start: close(1012, 'target unreachable'),
      reason: undefined,
      exit: failed(1012, 'target unreachable'),
    },
    {
      cause: 'g: a linked process crashes',
      drawn: { signals: '--i' },
      start: close(1011, 'linked process exited'),
      reason: 'linked process exited',
      exit: asCommand(crash),
    },
    {
      cause: 'g: a linked process is killed',
      drawn: { signals: '--k' },
      start: close(1011, 'linked process exited'),
      reason: 'linked process exited',
      exit: asCommand({ type: 'killed' }),
    },
    {
      cause: 'h: cancel',
      drawn: { signals: '--c' },
      start: close(1001, 'cancelled'),
      reason: 'cancelled',
      exit: ended(1001, 'cancelled'),
    },
    {
      cause: 'h: cancel with a reason',
      drawn: { signals: '--w' },
      start: close(1001, 'maintenance'),
      reason: 'maintenance',
      exit: ended(1001, 'maintenance'),
    },
    {
      cause: 'j: the relay shuts down',
      drawn: { signals: '--r' },
      start: close(1001, 'server shutting down'),
      reason: 'server shutting down',
      exit: ended(1001, 'server shutting down'),
    },
    {
      cause: 'j: the host stops (O2)',
      drawn: { signals: '--q' },
      start: close(1001, 'server shutting down'),
      reason: 'server shutting down',
      exit: ended(1001, 'server shutting down'),
    },
    {
      cause: 'k: protocol error',
      drawn: { client: '--p' },
      start: close(1002),
      reason: 'protocol error',
      exit: failed(1002, 'protocol error'),
    },
    {
      cause: 'k: invalid UTF-8',
      drawn: { client: '--u' },
      start: close(1007),
      reason: 'invalid payload',
      exit: failed(1007, 'invalid payload'),
    },
    {
      cause: 'k: too big',
      drawn: { client: '--b' },
      start: close(1009),
      reason: 'message too big',
      exit: failed(1009, 'message too big'),
    },
    {
      cause: 'l: no pong',
      drawn: { client: '--s' },
      start: destroy,
      reason: 'ping timeout',
      exit: failed(1006, 'ping timeout'),
    },
    {
      cause: 'm: slow consumer',
      drawn: { client: '--g' },
      start: close(1013, 'slow consumer'),
      reason: 'slow consumer',
      exit: failed(1013, 'slow consumer'),
    },
    {
      cause: 'm: server overloaded (Q12)',
      drawn: { client: '--e' },
      start: close(1013, 'server overloaded'),
      reason: 'server overloaded',
      exit: failed(1013, 'server overloaded'),
    },
    {
      cause: 'm: target overloaded (M11)',
      drawn: { signals: '--f' },
      start: close(1013, 'target overloaded'),
      reason: 'target overloaded',
      exit: failed(1013, 'target overloaded'),
    },
    {
      cause: 'k: message timeout (Q9)',
      drawn: { client: '--m' },
      start: close(1008, 'message timeout'),
      reason: 'message timeout',
      exit: failed(1008, 'message timeout'),
    },
    {
      cause: 'm: held back for too long (Q9)',
      drawn: { client: '--h' },
      start: close(1013, 'target overloaded'),
      reason: 'target overloaded',
      exit: failed(1013, 'target overloaded'),
    },
    {
      cause: 'o: idle (Q9)',
      drawn: { client: '--i' },
      start: close(1001, 'idle timeout'),
      reason: 'idle timeout',
      exit: ended(1001, 'idle timeout'),
    },
  ])('$cause', ({ drawn, start, reason, exit }) => {
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

  it.each<{ cause: string; end: ReturnType<typeof closed>; reason: string; exit: Command }>([
    {
      cause: 'a: client closes',
      end: closed(1000, 'bye'),
      reason: 'bye',
      exit: ended(1000, 'bye'),
    },
    { cause: 'a: without a code', end: closed(), reason: 'client closed', exit: ended(1005) },
    {
      cause: 'a: with an abnormal code',
      end: closed(1011, 'oops'),
      reason: 'oops',
      exit: failed(1011, 'oops'),
    },
    {
      cause: 'a: with a text of the library (Z5)',
      end: closed(4999, 'server shutting down'),
      reason: 'server shutting down',
      exit: ended(4999, 'server shutting down'),
    },
    {
      cause: 'b: socket lost',
      end: lost,
      reason: 'connection lost',
      exit: failed(1006, 'connection lost'),
    },
  ])('$cause: ends at once', ({ end, reason, exit }) => {
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

  it('warns of a client over its rate, and closes it with 1008 only if it has to (Q7, cause k)', () => {
    marbles((h) => {
      const client$ = h.hot(' -t-r---z', client);
      const clientSubs = '    ^------!';
      const inbox$ = h.hot('  --------');
      const inboxSubs = '     ^------!';
      const expected = '      jw-(ck)(lx|)';
      const text = 'rate limit exceeded';
      const warn = (what: string): SessionCommand => ({
        type: 'warn',
        code: 'rate_limited',
        message: `the client sends more than messagesPerSecond or bytesPerSecond allow (Q7): ${what}`,
      });
      const values = {
        j: join(),
        w: warn('from now on it is read no faster'),
        c: warn('it is closed with 1008'),
        k: close(1008, text),
        l: leave(text),
        x: failed(1008, text),
      };

      h.expectObservable(relay(h, { client: client$, inbox: inbox$ })).toBe(expected, values);
      h.expectSubscriptions(client$.subscriptions).toBe(clientSubs);
      h.expectSubscriptions(inbox$.subscriptions).toBe(inboxSubs);
    })();
  });

  it('closes a server that does not read with 1011, and speaks of a client that closes (A8, A10)', () => {
    marbles((h) => {
      const server$ = h.hot(' ---c--z--', { c: { type: 'congested' }, z: closed(1011) });
      const serverSubs = '    ^-----!  ';
      const inbox$ = h.hot('  ----k----', inbox);
      const inboxSubs = '     ^-----!  ';
      const expected = '      j--cd-(lx|)';
      const values = {
        j: join(),
        c: close(1011, 'slow peer'),
        d: drop,
        l: leave('slow peer'),
        x: failed(1011, 'slow peer'),
      };

      const route = { peer: 'server' } as const;
      const commands = relay(h, { client: server$ as never, inbox: inbox$, route });

      h.expectObservable(commands).toBe(expected, values);
      h.expectSubscriptions(server$.subscriptions).toBe(serverSubs);
      h.expectSubscriptions(inbox$.subscriptions).toBe(inboxSubs);
    })();
  });
});
