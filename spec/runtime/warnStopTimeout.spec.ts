import { describe, expect, it } from '@jest/globals';
import { NEVER, takeUntil } from 'rxjs';
import { act, type Behavior, type System, supervise } from '../../lib/index.js';
import { Clock, collect, idle, quiet, settled } from '../support/runtime.js';

const traps: Behavior = (_inbox, self) => {
  self.setOptions({ trapLinks: true });
  return NEVER;
};
const readsSignals: Behavior = (_inbox, self) => {
  self.signals$.subscribe();
  return NEVER;
};
const usesAbortSignal: Behavior = (_inbox, self) => {
  void self.abortSignal;
  return NEVER;
};
/** What a system warns of while something is asked to stop, and for `millis` afterwards. */
async function warningsOf(
  behavior: Behavior,
  stop: (system: System) => unknown,
  millis: number,
): Promise<string[]> {
  const scheduler = new Clock();
  const system = quiet({ scheduler });
  const warnings: string[] = [];
  system.events$.subscribe((event) => {
    if (event.type === 'warning') warnings.push(`${event.pid} ${event.code}: ${event.message}`);
  });
  system.spawn(behavior, { name: 'weather' });
  await settled(system);
  stop(system);
  await settled(system);
  scheduler.advance(millis);
  await settled(system);
  return warnings;
}

const shutdown = (system: System) => system.shutdown();
const PID = '{main|0x00001}';
const killed = (after: string, why: string): string =>
  `${PID} stop_timeout: weather ${PID} was killed after ${after}: ${why}`;
const USED = 'it has used self.abortSignal and did not end; add takeUntil(self.signals$)';

describe('a process that is killed at the deadline of its stop', () => {
  it.each<{ what: string; behavior: Behavior; stop?: (system: System) => unknown; text: string }>([
    {
      what: 'has used its AbortSignal',
      behavior: usesAbortSignal,
      text: killed('10 s', USED),
    },
    {
      what: 'has used its AbortSignal and had little time',
      behavior: usesAbortSignal,
      stop: (system) => system.hosts.stop('main', { timeout: 500 }),
      text: killed('500 ms', USED),
    },
    {
      what: 'reads its signals',
      behavior: readsSignals,
      text: killed(
        '10 s',
        'it has subscribed self.signals$ and did not end; end its stream at the CANCEL there',
      ),
    },
    {
      what: 'traps links',
      behavior: traps,
      text: killed('10 s', 'it traps links and did not end; add takeUntil(self.signals$)'),
    },
  ])('$what: one warning says so (V3, O2)', async ({ behavior, stop = shutdown, text }) => {
    expect(await warningsOf(behavior, stop, 10_000)).toEqual([text]);
  });

  it('is a child: who waits for its turn to be stopped is not accused (V3)', async () => {
    const children = ['door', 'lamp'].map((name) => ({ id: name, name, behavior: traps }));
    const house = supervise({ children: children.map((each) => ({ ...each, shutdown: '30s' })) });

    expect(await warningsOf(house, shutdown, 10_000)).toEqual([
      killed('10 s', 'its children had not ended; give it more time'),
      '{main|0x00003} stop_timeout: lamp {main|0x00003} was killed after 10 s: it traps links and did not end; add takeUntil(self.signals$)',
    ]);
  });

  it('is a child that its supervisor gives 5 s (V3)', async () => {
    const house = supervise({ children: [{ id: 'lamp', behavior: usesAbortSignal }] });

    expect(await warningsOf(house, (system) => system.cancel('weather'), 5_000)).toEqual([
      `{main|0x00002} stop_timeout: {main|0x00002} was killed after 5 s: ${USED}`,
    ]);
  });

  it.each<{ what: string; behavior: Behavior; stop?: (system: System) => unknown }>([
    {
      what: 'ends in order',
      behavior: (inbox, self) => {
        void self.abortSignal;
        return inbox.pipe(
          act(() => NEVER),
          takeUntil(self.signals$),
        );
      },
    },
    { what: 'asks for no time', behavior: idle },
    {
      what: 'is cancelled with a deadline',
      behavior: usesAbortSignal,
      stop: (system) => system.cancel('weather', { deadline: 500 }),
    },
    {
      what: 'is terminated meanwhile',
      behavior: usesAbortSignal,
      stop: (system) => {
        shutdown(system);
        system.terminate('weather');
      },
    },
  ])('no warning where it $what (C1, C3, V3)', async ({ behavior, stop = shutdown }) => {
    expect(await warningsOf(behavior, stop, 10_000)).toEqual([]);
  });
});

describe('self.abortSignal in act, below takeUntil(self.signals$)', () => {
  it('aborts the work of a process that stops, and the work is no handlerError (V3)', async () => {
    const system = quiet();
    const events = collect(system.events$, ({ type }) => type);
    const pid = system.spawn((inbox, self) =>
      inbox.pipe(
        act(async () => {
          const { abortSignal } = self;
          await new Promise((_resolve, reject) =>
            abortSignal.addEventListener('abort', () => reject(abortSignal.reason)),
          );
        }),
        takeUntil(self.signals$),
      ),
    );
    system.send(pid, 'x', 1);
    await settled(system);
    await system.shutdown();

    expect(events).toEqual(['spawned', 'exited']);
  });
});
