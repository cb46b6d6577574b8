import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Observable, throwError } from 'rxjs';
import {
  type Behavior,
  type ChildInfo,
  type ChildSpec,
  deleteChild,
  done,
  type RestartType,
  restartChild,
  type Strategy,
  startChild,
  terminateChild,
  whichChildren,
} from '../../lib/index.js';
import { tables } from '../support/runtime.js';
import { child, idle, type Stage, stage, stubborn } from './support.js';

const IDS = ['a', 'b', 'c', 'd'];

/** Fails in its first turn now and then, once it has started for the first time. */
const flaky = (): Behavior => {
  let starts = 0;
  return (inbox, self) =>
    ++starts % 3 === 2 ? throwError(() => new Error('flaky')) : idle(inbox, self);
};
/** Comes to its end in its first turn now and then. */
const brief = (): Behavior => {
  let starts = 0;
  return (inbox, self) => (++starts % 2 === 0 ? [done()] : idle(inbox, self));
};
const BEHAVIORS = [() => idle, () => stubborn, flaky, brief];

const spec = fc.record({
  behavior: fc.constantFrom(...BEHAVIORS),
  restart: fc.constantFrom<RestartType>('permanent', 'permanent', 'transient', 'temporary'),
});

const CALLS: Record<string, (at: Stage, id: string) => Observable<unknown>> = {
  start: (at: Stage, id: string) => startChild(at.system, 'top', child(id)),
  terminate: (at: Stage, id: string) => terminateChild(at.system, 'top', id),
  restart: (at: Stage, id: string) => restartChild(at.system, 'top', id),
  delete: (at: Stage, id: string) => deleteChild(at.system, 'top', id),
};

const action = fc.record({
  what: fc.constantFrom(
    'crash',
    'crash',
    'kill',
    'shutdown',
    'start',
    'terminate',
    'restart',
    'delete',
  ),
  id: fc.constantFrom(...IDS),
  /** Milliseconds until the next: several at once, some while children stop or wait. */
  pause: fc.constantFrom(0, 0, 300, 4_000, 20_000),
});

function act(at: Stage, what: string, id: string, answers: { open: number }): void {
  const { system } = at;
  if (what === 'crash') system.exit(id, new Error('boom'));
  else if (what === 'kill') system.terminate(id);
  else if (what === 'shutdown') system.exit(id, 'shutdown');
  else {
    answers.open++;
    const settle = (): void => void answers.open--;
    CALLS[what]?.(at, id).subscribe({ error: settle, complete: settle });
  }
}

/** What the supervisor says of its children; `undefined` when it has ended. */
function ask({ system, look }: Stage): readonly ChildInfo[] | undefined {
  let seen: readonly ChildInfo[] | undefined;
  whichChildren(system, 'top').subscribe({ next: (all) => (seen = all), error: () => {} });
  look();
  return seen;
}

describe('a supervisor', () => {
  it('knows its children, answers every call, and leaves nothing behind, whatever happens to them (V1–V7)', () => {
    const strategies = fc.constantFrom<Strategy>('one_for_one', 'one_for_all', 'rest_for_one');
    const limits = fc.constantFrom(
      { intensity: 50, period: '1h' },
      { intensity: 2 },
      { backoff: { jitter: 0, max: '8s', maxAttempts: 20 } },
      { backoff: { initial: 100, max: 400, jitter: 0, maxAttempts: 3 } },
    );
    const specs = fc.array(spec, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        strategies,
        limits,
        specs,
        fc.array(action, { maxLength: 25, size: 'max' }),
        (strategy, limit, given, actions) => {
          const at = stage();
          const { system } = at;
          const children: ChildSpec[] = given.map(({ behavior, restart }, i) =>
            child(IDS[i] as string, { behavior: behavior(), restart }),
          );
          at.supervise({ strategy, children, ...limit });
          at.look();
          const answers = { open: 0 };
          for (const { what, id, pause } of actions) {
            act(at, what, id, answers);
            system.advance(pause);
          }
          system.advance('10m');

          const known = ask(at);
          const alive = system.processes().length;
          expect(answers.open).toBe(0);
          expect(
            known?.filter(({ status }) => status !== 'running' && status !== 'stopped') ?? [],
          ).toEqual([]);
          expect(alive).toBe(
            known === undefined ? 0 : 1 + known.filter(({ pid }) => pid !== undefined).length,
          );
          for (const { pid } of known ?? []) if (pid) expect(system.send(pid, 'alive')).toBe(true);

          system.cancel('top');
          system.advance('1m');
          expect(tables(system)).toEqual({
            processes: 0,
            names: 0,
            scopes: 0,
            calls: 0,
            residents: 0,
          });
          expect((system.scheduler as unknown as { actions: unknown[] }).actions).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });
});
