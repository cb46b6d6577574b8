import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { CLIENTS, Model } from './model.js';

const who = fc.nat(CLIENTS - 1);
const count = fc.constantFrom(1, 1, 2, 100);
const oldest = fc.boolean();

/** What may happen, with its share of a schedule. */
const deed: fc.Arbitrary<readonly [name: string, ...args: unknown[]]> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('dial'), who) },
  { weight: 6, arbitrary: fc.tuple(fc.constant('ask'), who) },
  { weight: 12, arbitrary: fc.tuple(fc.constant('up'), who, count) },
  { weight: 12, arbitrary: fc.tuple(fc.constant('down'), who, count) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('comesBack'), who) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('hangs'), who) },
  { weight: 4, arbitrary: fc.tuple(fc.constant('lag'), fc.constantFrom(1, 2, 3), count) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('lose'), who) },
  { weight: 4, arbitrary: fc.tuple(fc.constant('loseHalf'), who) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('notice')) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('steal'), who) },
  { weight: 4, arbitrary: fc.tuple(fc.constant('answer'), oldest) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constant('wait'), fc.constantFrom(1, 9_000, 29_000, 31_000)),
  },
);

const runs = Number(process.env.SESSIONS_RUNS ?? 400);

describe('any schedule of clients that lose their connections and come back', () => {
  it('performs nothing twice, answers all, and has each session at one connection (CP22, CP23, PT4, PT5, PT6, PT14)', () => {
    fc.assert(
      fc.property(fc.array(deed, { minLength: 20, maxLength: 60 }), (deeds) => {
        const model = new Model();
        for (const [name, ...args] of deeds) {
          (model[name as 'dial'] as (...all: unknown[]) => void).apply(model, args);
          model.check();
        }
        model.end();
      }),
      { numRuns: runs },
    );
  }, 60_000);
});
