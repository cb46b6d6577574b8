import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kernelOf } from '../../lib/runtime/index.js';
import { tables } from '../support/runtime.js';
import { CHANNELS, CLIENTS, Model } from './model.js';

const who = fc.nat(CLIENTS - 1);
const name = fc.constantFrom(...CHANNELS);
const code = fc.constantFrom(1000, 1001, 1006);
const answers = fc.constantFrom(true, true, false, new Error('hook'));

/** What may happen: each deed with its share of a schedule. */
const deed: fc.Arbitrary<(model: Model) => void> = fc.oneof(
  { weight: 3, arbitrary: deedOf('connect', who, fc.boolean()) },
  { weight: 1, arbitrary: deedOf('leave', who, code) },
  { weight: 1, arbitrary: deedOf('close', who) },
  { weight: 8, arbitrary: deedOf('ask', who, fc.constant('subscribe' as const), name) },
  { weight: 5, arbitrary: deedOf('ask', who, fc.constant('unsubscribe' as const), name) },
  { weight: 4, arbitrary: deedOf('say', who, name) },
  { weight: 6, arbitrary: deedOf('answer', fc.boolean(), answers) },
  { weight: 2, arbitrary: deedOf('reply', fc.boolean()) },
  { weight: 5, arbitrary: deedOf('publish', name) },
  { weight: 2, arbitrary: deedOf('kick', who, name) },
  { weight: 1, arbitrary: deedOf('delete', name) },
  { weight: 2, arbitrary: deedOf('serverSubscribe', who, name) },
  { weight: 1, arbitrary: deedOf('reauthorize') },
  { weight: 2, arbitrary: deedOf('wait', fc.constantFrom(1, 500, 3_000, 11_000)) },
);

function deedOf<Name extends keyof Deeds>(
  what: Name,
  ...args: Arbitraries<Deeds[Name]>
): fc.Arbitrary<(model: Model) => void> {
  return fc.tuple(...args).map((given) => {
    const run = (model: Model): void => (model[what] as (...all: unknown[]) => void)(...given);
    return Object.assign(run, { toString: () => `${what}(${given.map(String).join(', ')})` });
  });
}

type Deeds = Pick<
  Model,
  {
    [Name in keyof Model]: Model[Name] extends (...args: never) => void ? Name : never;
  }[keyof Model]
>;
type Arbitraries<Deed> = Deed extends (...args: infer Args) => void
  ? { [I in keyof Args]: fc.Arbitrary<Args[I]> }
  : never;

const runs = Number(process.env.CHANNELS_RUNS ?? 1_000);

describe('any schedule of clients, hooks and server', () => {
  it('ends with the right lists, counts and deliveries, and nothing is left (B8, B15, B18, B21, CP1, CP9, CP12)', () => {
    fc.assert(
      fc.property(fc.array(deed, { minLength: 10, maxLength: 40 }), (deeds) => {
        const model = new Model();
        for (let i = 0; i < CLIENTS; i++) model.connect(i, i % 2 === 0);
        for (const each of deeds) {
          each(model);
          model.check();
        }
        model.end();
        const { held, system } = model.scene;
        const kernel = system[kernelOf];
        expect({ ...held, ...tables(system), conversations: 0 }).toEqual({
          ...{ members: 0, publicIds: 0, departures: 0, arrivals: 0, asked: 0, connections: 0 },
          // The manager itself.
          ...{ processes: 1, names: 1, scopes: 0, calls: 0, residents: 1, conversations: 0 },
        });
        expect((kernel.scheduler as unknown as { actions: unknown[] }).actions).toHaveLength(0);
      }),
      { numRuns: runs },
    );
  }, 60_000);
});
