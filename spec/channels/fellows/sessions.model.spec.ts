import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { SessionModel } from './sessionModel.js';

/** What may happen, each with its share of a schedule. */
const deed = fc.oneof(
  { weight: 5, arbitrary: deedOf('dial', fc.nat(2)) },
  { weight: 2, arbitrary: deedOf('drop') },
  { weight: 5, arbitrary: deedOf('order') },
  { weight: 3, arbitrary: deedOf('repeat') },
  { weight: 4, arbitrary: deedOf('reply') },
  { weight: 1, arbitrary: deedOf('delay', fc.constantFrom(0, 5, 60)) },
  { weight: 8, arbitrary: deedOf('wait', fc.constantFrom(1, 2, 3, 4, 5, 8, 30, 200, 3_000)) },
);

/** A deed that shows itself in the schedule that fast-check prints. */
function deedOf<Name extends Deed>(
  what: Name,
  ...args: Arbitraries<Parameters<SessionModel[Name]>>
) {
  return fc.tuple(...args).map((given) => {
    const run = (model: SessionModel): void =>
      (model[what] as (...all: unknown[]) => void)(...given);
    return Object.assign(run, { toString: () => `${what}(${given.join(', ')})` });
  });
}

type Deed = 'dial' | 'drop' | 'order' | 'repeat' | 'reply' | 'delay' | 'wait';
type Arbitraries<Args extends readonly unknown[]> = { [I in keyof Args]: fc.Arbitrary<Args[I]> };

const runs = Number(process.env.SESSION_RUNS ?? 25);

describe('any schedule of a client that dials three nodes with one session', () => {
  it('performs nothing twice, gives all replies to its newest connection, and leaves nothing (CP22, CP23, CN40, CN41)', () => {
    fc.assert(
      fc.property(fc.array(deed, { minLength: 5, maxLength: 25 }), (deeds) => {
        const model = new SessionModel();
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
