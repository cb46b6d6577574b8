import { describe, it } from '@jest/globals';
import { map } from 'rxjs';
import { incarnate, joinCluster } from '../../lib/cluster/index.js';
import { memoryNats } from '../../lib/testing/cluster/memoryNats.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { marbles as test } from '../support/marbles.js';
import { idle } from '../support/runtime.js';

describe('a cluster in a marble diagram', () => {
  it(
    'tells noconnection after six ticks without a sign of life (D6, D9, D71)',
    test(({ hot, scheduler, expectObservable }) => {
      const nats = memoryNats({ scheduler, latency: 1 });
      const [a, b] = ['a', 'b'].map((name) =>
        testSystem({ scheduler, node: incarnate(name, '1') }),
      ) as [ReturnType<typeof testSystem>, ReturnType<typeof testSystem>];
      for (const system of [a, b]) joinCluster(system, { transport: nats.transport() });
      const cut = hot('  999ms x');
      const expected = ' 2250ms (n|)'; // the last beat is heard at 501 ms; the ticks of 1000, 1250 … 2250 are the six
      cut.subscribe(() => nats.cut('b'));
      expectObservable(a.monitor(b.spawn(idle)).pipe(map(({ reason }) => reason.type))).toBe(
        expected,
        { n: 'noconnection' },
      );
    }),
  );
});
