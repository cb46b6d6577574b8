import { describe, it } from '@jest/globals';
import type { Observable } from 'rxjs';
import { exit, send } from '../../../lib/index.js';
import { type Cause, ConnectionError, type SessionCommand } from '../../../lib/relay/index.js';
import { dialled } from '../../../lib/ws/dialled.js';
import { DialError } from '../../../lib/ws/index.js';
import { marbles } from '../../support/marbles.js';

const refused = new DialError(new URL('ws://a.example/'), new Error('no'));
const told = send('a', 'ws.join', undefined as never);
const shutdown: Cause = { type: 'shutdown' };
const crashed: Cause = { type: 'target', exit: { type: 'killed' } };

const ended = (code: number, reason: string, retryable: boolean): SessionCommand =>
  exit({ type: 'normal', value: { code, reason, retryable } });
const failed = (code: number, reason: string, retryable: boolean): SessionCommand =>
  exit({ type: 'error', error: new ConnectionError(code, reason, retryable) });
/** As the session ends. */
const closed = (code: number, reason = ''): SessionCommand =>
  exit({ type: 'normal', value: { code, reason } });
const broken = (code: number, reason = ''): SessionCommand =>
  exit({ type: 'error', error: new ConnectionError(code, reason) });

/** Each letter of a socket's diagram is a socket. */
type Sockets = Observable<string>;

describe('dialled', () => {
  it(
    'serves the socket when it opens, and hears nothing else from then on (A8)',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const socket = cold('  ---(s|)      ');
      const socketSub = '    ^--!         ';
      const cause = hot('    -----x-------', { x: shutdown });
      const causeSub = '     ^--!         ';
      const session = cold('    -a--a--(e|)', { a: told, e: closed(1001, 'bye') });
      const sessionSub = '   ---^------!  ';
      const expected = '     ----a--a--(e|)';

      const commands = dialled(socket as Sockets, cause, () => session);

      expectObservable(commands).toBe(expected, { a: told, e: ended(1001, 'bye', true) });
      expectSubscriptions(socket.subscriptions).toBe(socketSub);
      expectSubscriptions(cause.subscriptions).toBe(causeSub);
      expectSubscriptions(session.subscriptions).toBe(sessionSub);
    }),
  );

  it.each([
    {
      what: 'its target ends',
      cause: crashed,
      command: failed(1011, 'target process exited', true),
    },
    { what: 'it is stopped', cause: shutdown, command: ended(1001, 'client shutting down', true) },
  ])('gives up when $what before that (A9)', ({ cause: given, command }) =>
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const socket = cold('  ------(s|)');
      const socketSub = '    ^--!      ';
      const cause = hot('    ---x------', { x: given });
      const expected = '     ---(e|)   ';

      const commands = dialled(socket as Sockets, cause, () => cold('-'));

      expectObservable(commands).toBe(expected, { e: command });
      expectSubscriptions(socket.subscriptions).toBe(socketSub);
    })(),
  );

  it(
    'errors when there is no connecting (A9)',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const socket = cold('  --#', undefined, refused);
      const cause = cold('   ---');
      const causeSub = '     ^-!';
      const expected = '     --#';

      const commands = dialled(
        socket as Sockets,
        cause as Observable<unknown> as Observable<Cause>,
        () => cold('-'),
      );

      expectObservable(commands).toBe(expected, undefined, refused);
      expectSubscriptions(cause.subscriptions).toBe(causeSub);
    }),
  );

  it(
    'lets go of everything when its process ends',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const socket = cold('  ------(s|)');
      const cause = cold('   ----------');
      const until = '        ---!      ';
      const expected = '     ----      ';

      const commands = dialled(
        socket as Sockets,
        cause as Observable<unknown> as Observable<Cause>,
        () => cold('-'),
      );

      expectObservable(commands, until).toBe(expected);
      expectSubscriptions(socket.subscriptions).toBe('^--!');
      expectSubscriptions(cause.subscriptions).toBe('^--!');
    }),
  );

  it.each([
    { session: closed(1000), exits: ended(1000, '', false) },
    { session: closed(1001), exits: ended(1001, '', true) },
    { session: broken(1002), exits: failed(1002, '', false) },
    { session: closed(1005), exits: ended(1005, '', true) },
    { session: broken(1006, 'lost'), exits: failed(1006, 'lost', true) },
    { session: broken(1007), exits: failed(1007, '', false) },
    { session: broken(1008), exits: failed(1008, '', false) },
    { session: broken(1009), exits: failed(1009, '', true) },
    { session: broken(1011), exits: failed(1011, '', true) },
    { session: closed(1012), exits: ended(1012, '', true) },
    { session: broken(1013), exits: failed(1013, '', true) },
    { session: closed(3000), exits: ended(3000, '', true) },
    { session: closed(4000), exits: ended(4000, '', false) },
    { session: closed(4401), exits: ended(4401, '', false) },
    { session: closed(4403), exits: ended(4403, '', false) },
    { session: closed(4408), exits: ended(4408, '', true) },
    { session: closed(4429), exits: ended(4429, '', true) },
    { session: closed(4000, 'moving; retry=10'), exits: ended(4000, 'moving; retry=10', true) },
    { session: broken(1011, 'retry=never'), exits: failed(1011, 'retry=never', false) },
    { session: exit('killed' as never), exits: exit('killed' as never) },
    { session: exit(refused), exits: exit(refused) },
  ])(
    'says of $session.reason whether to connect again, by closeCodes and retry= (A9, Z6, Z7)',
    ({ session, exits }) =>
      marbles(({ cold, expectObservable }) => {
        const commands = dialled(cold('(s|)') as Sockets, cold<never>('-'), () =>
          cold('(e|)', { e: session }),
        );

        expectObservable(commands).toBe('(e|)', { e: exits });
      })(),
  );
});
