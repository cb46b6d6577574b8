import { afterEach, describe, expect, it } from '@jest/globals';
import { defer, map, mergeMap, NEVER, type Observable, throwError, timer } from 'rxjs';
import { IDLE, pool, run } from '../../examples/09b-pool.js';
import { act, type Behavior, ofTopic, reply, type System, supervise } from '../../lib/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { cleanUp, within } from '../express/support.js';
import { marbles } from '../support/marbles.js';
import { run as start } from './start.js';

afterEach(cleanUp);

/** A system with the pool, and four workers whose jobs take 50 ms. */
function spawnPool(system: System): void {
  let tries = 0;
  const fail$ = throwError(() => new Error('a bug'));
  const jobs: Record<string, Observable<unknown>> = {
    good: timer(50),
    flaky: timer(50).pipe(mergeMap(() => (++tries === 1 ? fail$ : ['']))),
    broken: timer(50).pipe(mergeMap(() => fail$)),
    endless: NEVER,
  };
  const worker: Behavior = (inbox, self) => {
    self.join(IDLE);
    return inbox.pipe(
      ofTopic(run),
      act(
        (m) => defer(() => jobs[m.payload] ?? fail$).pipe(map(() => reply(m, { text: 'done' }))),
        {
          onError: 'crash',
        },
      ),
    );
  };
  const children = [1, 2, 3, 4].map((n) => ({ id: `${n}`, behavior: worker }));
  system.spawn(supervise({ children, intensity: Number.POSITIVE_INFINITY }));
  system.spawn(pool(system), { name: 'pool' });
}

const JOBS = { g: 'good', f: 'flaky', b: 'broken', e: 'endless' };
const RESULTS = {
  g: { job: 'good', text: 'done' },
  f: { job: 'flaky', text: 'done' },
  b: { job: 'broken', error: 'Unavailable' },
  e: { job: 'endless', error: 'Timeout' },
};

describe('the pool of examples/09b-pool', () => {
  it.each([
    {
      what: 'does four jobs at once, and lets the fifth wait',
      diagram: ' (ggggg)',
      expected: '50ms (gggg) 44ms g',
    },
    {
      what: 'tries a job once more that has crashed its worker',
      diagram: ' f 199ms (fb)',
      expected: '100ms f 149ms f 49ms b',
    },
    {
      what: 'takes the next job when one is given up',
      diagram: ' (eeeegggg)',
      expected: '1s (eeee) 44ms (gggg)',
    },
    {
      what: 'loses no worker by crashes and time-outs',
      diagram: ' (bbbbeeee) 1190ms (gggg)',
      expected: '100ms (bbbb) 994ms (eeee) 144ms (gggg)',
    },
  ])('$what', ({ diagram, expected }) =>
    marbles(({ hot, scheduler, expectObservable }) => {
      const system = testSystem({ scheduler });
      spawnPool(system);
      const result$ = hot(diagram, JOBS).pipe(
        mergeMap((job) =>
          system.call('pool', run, job).pipe(map((result) => ({ job, ...result }))),
        ),
      );

      expectObservable(result$).toBe(expected, RESULTS);
    })(),
  );
});

describe('examples/09b-pool', () => {
  it('prints what becomes of each job, and ends by itself', async () => {
    const { exited, printed, complained } = start('examples/09b-pool.ts');

    expect([await within(exited, 'the exit', 20_000), complained()]).toEqual([
      { code: 0, signal: null },
      '',
    ]);
    const lines = printed().trim().split('\n');
    expect([lines.slice(0, -4).sort(), lines.slice(-4)]).toEqual([
      [
        "broken { error: 'Unavailable' }",
        "endless { error: 'Timeout' }",
        "flaky { text: 'done' }",
        ...Array(4).fill("good { text: 'done' }"),
      ],
      Array(4).fill("good { text: 'done' }"),
    ]);
  }, 30_000);
});
