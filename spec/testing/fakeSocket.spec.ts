import { describe, it } from '@jest/globals';
import { tap } from 'rxjs';
import { ProcessError } from '../../lib/index.js';
import type { SocketEvent } from '../../lib/relay/index.js';
import { fakeSocket } from '../../lib/testing/index.js';
import { marbles } from '../support/marbles.js';

const frame = (data: string): SocketEvent => ({ type: 'frame', data, size: data.length });
const events: Record<string, SocketEvent> = {
  '1': frame('1'),
  '2': frame('2'),
  '3': frame('3'),
  s: { type: 'silent' },
  g: { type: 'congested' },
  v: { type: 'violation', code: 1007 },
  c: { type: 'closed', code: 1000, reason: '' },
};
const actions = { p: { type: 'pause' }, r: { type: 'resume' } };

describe('fakeSocket', () => {
  it(
    'tells what the client does, to one subscriber',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const client = hot(' -1-2c|', events);
      const subs = '       ^----!';
      const expected = '   -1-2c|';

      const socket = fakeSocket({ events$: client });

      expectObservable(socket.events$).toBe(expected, events);
      expectSubscriptions(client.subscriptions).toBe(subs);
    }),
  );

  it(
    'records what is asked of it, in its column',
    marbles(({ hot, expectObservable }) => {
      const client = hot(' -1-2-3', events);
      const expected = '   -w-c-t';
      const values = {
        w: { type: 'write', data: 'hi' },
        c: { type: 'close', code: 1000, reason: 'bye' },
        t: { type: 'terminate' },
      };

      const socket = fakeSocket({ events$: client });
      const todo = [
        () => socket.write('hi'),
        () => socket.close(1000, 'bye'),
        () => socket.terminate(),
      ];

      expectObservable(socket.events$.pipe(tap(() => todo.shift()?.()))).toBe('-1-2-3', events);
      expectObservable(socket.actions$).toBe(expected, values);
    }),
  );

  it(
    'holds frames back until its reader is ready, and tells of a violation at once (Q2)',
    marbles(({ hot, expectObservable }) => {
      const client = hot(' -1-2-3-v-------c', events);
      const resume = hot(' ---r----r', { r: 0 });
      const expected = '   -------v(123)--c';
      const happened = '   -p------r';

      const socket = fakeSocket({ events$: client });
      let ready = false;
      socket.throttle({ ready: () => ready });
      resume.subscribe(() => socket.resume());
      hot('                -----y').subscribe(() => {
        ready = true;
      });

      expectObservable(socket.actions$).toBe(happened, actions);
      expectObservable(socket.events$).toBe(expected, events);
    }),
  );

  it(
    'does not hold back what the server notices by itself',
    marbles(({ hot, expectObservable }) => {
      const client = hot(' -1-s-g', events);
      const expected = '   ---s-g';

      const socket = fakeSocket({ events$: client });
      socket.throttle({ ready: () => false });

      expectObservable(socket.events$).toBe(expected, events);
    }),
  );

  it(
    'pauses again at the first frame that is refused again',
    marbles(({ hot, expectObservable }) => {
      const client = hot(' -(12)--', events);
      const resume = hot(' ------r', { r: 0 });
      const expected = '   ------1';
      const happened = '   -p----(rp)';

      const socket = fakeSocket({ events$: client });
      let room = 0;
      socket.throttle({ ready: () => room > 0 });
      resume.subscribe(() => {
        room = 1;
        socket.resume();
      });

      expectObservable(socket.events$.pipe(tap(() => room--))).toBe(expected, events);
      expectObservable(socket.actions$).toBe(happened, actions);
    }),
  );

  it(
    'refuses a second subscriber, as a real socket has one reader',
    marbles(({ hot, expectObservable }) => {
      const socket = fakeSocket({ events$: hot('-1', events) });
      const busy = new ProcessError('Invalid', 'fakeSocket: its events have a subscriber already');

      expectObservable(socket.events$).toBe('-1', events);
      expectObservable(socket.events$).toBe('#', undefined, busy);
    }),
  );
});
