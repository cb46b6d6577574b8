import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { Model, NAMES, TABS } from './presenceModel.js';

const tab = fc.nat(TABS - 1);
const node = fc.nat(NAMES.length - 1);

/** What may happen, each with its share of a schedule. */
const deed = fc.oneof(
  { weight: 8, arbitrary: deedOf('join', tab, node) },
  { weight: 3, arbitrary: deedOf('update', tab, fc.nat(2)) },
  {
    weight: 4,
    arbitrary: deedOf('leave', tab, fc.constantFrom('unsubscribe', 'drop', 'close')),
  },
  { weight: 2, arbitrary: deedOf('cut', node) },
  { weight: 2, arbitrary: deedOf('split', node) },
  { weight: 3, arbitrary: deedOf('heal') },
  { weight: 2, arbitrary: deedOf('kill', node) },
  { weight: 2, arbitrary: deedOf('restart', node) },
  {
    weight: 8,
    arbitrary: deedOf('wait', fc.constantFrom(1, 2, 10, 60, 900, 1_100, 2_500, 6_000)),
  },
);

/** A deed that shows itself in the schedule that fast-check prints. */
function deedOf<Name extends Deed>(what: Name, ...args: Arbitraries<Parameters<Model[Name]>>) {
  return fc.tuple(...args).map((given) => {
    const run = (model: Model): void => (model[what] as (...all: unknown[]) => void)(...given);
    return Object.assign(run, { toString: () => `${what}(${given.join(', ')})` });
  });
}

type Deed = 'join' | 'update' | 'leave' | 'cut' | 'split' | 'heal' | 'kill' | 'restart' | 'wait';
type Arbitraries<Args extends readonly unknown[]> = { [I in keyof Args]: fc.Arbitrary<Args[I]> };

const runs = Number(process.env.PRESENCE_RUNS ?? 20);

describe('any schedule of clients on three nodes that fail', () => {
  it('tells each who watches the list of its node, and ends with one list of who is really there (PR6, PR13, PR14)', () => {
    fc.assert(
      fc.property(fc.array(deed, { minLength: 10, maxLength: 30 }), (deeds) => {
        const model = new Model();
        for (const each of deeds) {
          each(model);
          model.check();
        }
        model.finish();
      }),
      { numRuns: runs },
    );
  }, 120_000);
});
