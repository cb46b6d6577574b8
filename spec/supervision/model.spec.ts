import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RestartType, Strategy } from '../../lib/index.js';
import { child, stage } from './support.js';

/** A child as OTP's rules see it. */
interface Model {
  readonly id: string;
  readonly restart: RestartType;
  up: boolean;
}

type End = 'boom' | 'shutdown';

/** OTP's rules in a page: what one exit starts and stops, in order; `undefined` when it was too many. */
function otp(
  all: Model[],
  strategy: Strategy,
  id: string,
  end: End,
  mayRestart: () => boolean,
): string[] {
  const fallen = all.find((each) => each.id === id) as Model;
  fallen.up = false;
  const log = [end === 'boom' ? `-${id} error boom` : `-${id} shutdown`];
  const { restart } = fallen;
  const wanted = restart === 'permanent' || (restart === 'transient' && end === 'boom');
  if (!wanted) return log;
  const stop = (some: Model[]): void => {
    for (const each of some.filter(({ up }) => up).reverse()) {
      log.push(`-${each.id} shutdown`);
      each.up = false;
    }
  };
  if (!mayRestart()) {
    stop(all);
    return [...log, '-top shutdown'];
  }
  const right = all.slice(all.indexOf(fallen) + 1);
  const others = strategy === 'one_for_all' ? all : strategy === 'rest_for_one' ? right : [];
  const back = [fallen, ...others.filter(({ up, restart }) => up && restart !== 'temporary')];
  stop(others);
  for (const each of all.filter((one) => back.includes(one))) {
    log.push(`+${each.id}`);
    each.up = true;
  }
  return log;
}

const IDS = 'abcdef';

const restarts = fc.array(fc.constantFrom<RestartType>('permanent', 'transient', 'temporary'), {
  minLength: 1,
  maxLength: IDS.length,
});
const strategies = fc.constantFrom<Strategy>('one_for_one', 'one_for_all', 'rest_for_one');
const crashes = fc.array(
  fc.record({
    who: fc.nat(IDS.length - 1),
    end: fc.constantFrom<End>('boom', 'boom', 'shutdown'),
    after: fc.constantFrom(0, 1_000, 6_000),
  }),
  { maxLength: 20, size: 'max' },
);

describe('a supervisor', () => {
  it('stops and starts whom OTP would, in its order, for each strategy, types and crashes (V1, V2)', () => {
    fc.assert(
      fc.property(strategies, restarts, crashes, fc.nat(4), (strategy, types, ends, intensity) => {
        const { system, supervise, look } = stage();
        const model: Model[] = types.map((restart, i) => ({
          id: IDS[i] as string,
          restart,
          up: true,
        }));
        const children = model.map(({ id, restart }) => child(id, { restart }));
        supervise({ strategy, children, intensity });
        look();
        let recent: number[] = [];
        for (const { who, end, after } of ends) {
          system.advance(after);
          const target = model[who];
          if (!target?.up) continue;
          const now = system.scheduler.now();
          const mayRestart = (): boolean => {
            recent = [...recent.filter((then) => now - then <= 5_000), now];
            return recent.length <= intensity;
          };
          const expected = otp(model, strategy, target.id, end, mayRestart);
          system.exit(target.id, end === 'boom' ? new Error('boom') : 'shutdown');
          expect(look().filter((line) => !line.startsWith('warning'))).toEqual(expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('has all children up again, or none and itself down, whatever crashes in one turn (V1, V2)', () => {
    const many = fc.array(fc.nat(IDS.length - 1), { maxLength: 12 });
    fc.assert(
      fc.property(strategies, many, fc.nat(8), (strategy, who, intensity) => {
        const { system, supervise, crash, look } = stage();
        supervise({ strategy, children: [...IDS].map((id) => child(id)), intensity });
        look();
        crash(...who.map((i) => IDS[i] as string));
        const [top] = system.tree();
        const up = top?.children.filter(
          ({ status, pid }) => status === 'running' && pid !== undefined,
        );

        expect([system.processes().length, up?.length]).toEqual(
          top === undefined ? [0, undefined] : [IDS.length + 1, IDS.length],
        );
      }),
      { numRuns: 200 },
    );
  });
});
