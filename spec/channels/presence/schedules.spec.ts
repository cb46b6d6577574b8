import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kernelOf } from '../../../lib/runtime/index.js';
import { CLIENTS, Model } from './model.js';

const who = fc.nat(CLIENTS - 1);
const yes = fc.boolean();
const code = fc.constantFrom(1000, 1001, 1006);

/** What may happen, each with its share of a schedule. */
const deed = fc.oneof(
  {
    weight: 8,
    arbitrary: deedOf('wait', fc.constantFrom(1, 7, 20, 49, 50, 51, 800, 4_990, 40_000)),
  },
  { weight: 6, arbitrary: deedOf('dial', who, yes, yes) },
  { weight: 3, arbitrary: deedOf('end', who, code) },
  { weight: 3, arbitrary: deedOf('subscribe', who, yes, yes) },
  { weight: 3, arbitrary: deedOf('update', who, fc.nat(2)) },
  { weight: 1, arbitrary: deedOf('watch', who, yes) },
  { weight: 1, arbitrary: deedOf('unsubscribe', who) },
  { weight: 1, arbitrary: deedOf('kick', who) },
  { weight: 4, arbitrary: deedOf('reload', yes) },
);

/** A deed that shows itself in the schedule that fast-check prints. */
function deedOf<Name extends Deed>(what: Name, ...args: Arbitraries<Parameters<Model[Name]>>) {
  return fc.tuple(...args).map((given) => {
    const run = (model: Model): void => (model[what] as (...all: unknown[]) => void)(...given);
    return Object.assign(run, { toString: () => `${what}(${given.join(', ')})` });
  });
}

type Deed =
  | ('wait' | 'dial' | 'end' | 'subscribe' | 'update')
  | ('watch' | 'unsubscribe' | 'kick' | 'reload');
type Arbitraries<Args extends readonly unknown[]> = { [I in keyof Args]: fc.Arbitrary<Args[I]> };

const runs = Number(process.env.PRESENCE_RUNS ?? 300);

describe('any schedule of tabs that come, are lost, resume and reload', () => {
  it('gives each watcher the published list at each version, flickers for nobody, and leaves nothing (PT7–PT9, PT14)', () => {
    fc.assert(
      fc.property(fc.array(deed, { minLength: 10, maxLength: 40 }), (deeds) => {
        const model = new Model();
        for (const each of deeds) {
          each(model);
          model.check();
        }
        model.finish();
        const { system } = model.scene;
        expect(model.presence).toBe(undefined);
        const { actions } = system[kernelOf].scheduler as unknown as { actions: unknown[] };
        expect(actions).toHaveLength(0);
      }),
      { numRuns: runs },
    );
  }, 60_000);
});
