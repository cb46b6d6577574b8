import { describe, it } from '@jest/globals';
import { serves } from '../../lib/testing/index.js';
import { marbles } from '../support/marbles.js';
import { scene, shown } from './support.js';

const said = (n: number, offset: number) => serves.push('chat:1', 'said', n, { offset });

describe('connectChannels', () => {
  it(
    'is where it was after a lost connection, without a loss or a double (CC4, CC7, CC11, CH12)',
    marbles(({ hot, scheduler, expectObservable }) => {
      const script = hot('--h-s-m-x----------------n-r-a-(mo)', {
        h: serves.hello(),
        s: serves.ok({ epoch: 'e', offset: 4 }),
        m: said(5, 5),
        x: serves.close(1006),
        n: serves.hello({ session: 'session-2', id: 'connection-2' }),
        r: serves.ok({ resumed: true }),
        a: serves.ok({ epoch: 'e', offset: 6, recovered: true, replay: 1 }),
        o: said(6, 6),
      });
      const heard = '     d-s---------------e------r';
      const states = '    c-o-----w---------e--------f';
      const events = '    ------m------------------------o';

      const { client, heard$, state$ } = scene(scheduler, script, { backoff: { base: 20 } });
      const room = client.channel('chat:1');
      expectObservable(shown(room.events('said'))).toBe(events, { m: 5, o: 6 });
      expectObservable(state$).toBe(states, {
        c: 'connecting 0',
        o: 'open connection-1',
        w: 'waiting 1006 until 18',
        e: 'connecting 1',
        f: 'open connection-2 resumed',
      });
      expectObservable(heard$).toBe(heard, {
        d: 'dial',
        s: '1 subscribe chat:1',
        e: 'dial',
        r: '2 resume session-1 2 | 3 subscribe chat:1 {epoch:e,offset:5}',
      });
    }),
  );
});
