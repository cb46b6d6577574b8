import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { ROOMS, TABS, World } from './world.js';

const tab = fc.nat(TABS - 1);
const room = fc.constantFrom(...ROOMS);
const kept = fc.nat(4);

/** What may happen: each deed with its share of a schedule. */
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: deedOf('follow', tab, room) },
  { weight: 3, arbitrary: deedOf('leave', tab, room) },
  { weight: 10, arbitrary: deedOf('publish', room, fc.constantFrom('a', 'b', 'c'), fc.boolean()) },
  { weight: 5, arbitrary: deedOf('ask', tab, fc.boolean(), fc.constantFrom(0, 300, 20_000)) },
  { weight: 2, arbitrary: deedOf('stall', tab, fc.constantFrom('up' as const, 'down' as const)) },
  { weight: 3, arbitrary: deedOf('release', tab) },
  { weight: 2, arbitrary: deedOf('slow', tab, fc.constantFrom(1, 60, 400)) },
  { weight: 3, arbitrary: deedOf('cut', tab, kept, kept) },
  {
    weight: 3,
    arbitrary: deedOf(
      'half',
      tab,
      fc.constantFrom('client' as const, 'server' as const),
      kept,
      kept,
    ),
  },
  { weight: 1, arbitrary: deedOf('offline', tab, fc.boolean()) },
  { weight: 1, arbitrary: deedOf('kick', tab, room, fc.boolean()) },
  { weight: 1, arbitrary: deedOf('delete', room) },
  { weight: 1, arbitrary: deedOf('reauthorize') },
  { weight: 1, arbitrary: deedOf('restart', fc.boolean()) },
  { weight: 3, arbitrary: deedOf('lag', tab, fc.constantFrom(0, 0, 2 * 1024 * 1024)) },
  { weight: 1, arbitrary: deedOf('hook', fc.constantFrom(0, 30, 6_000)) },
  { weight: 8, arbitrary: deedOf('advance', fc.constantFrom(1, 20, 300, 2_000, 7_000, 31_000)) },
);

type Deed = (world: World) => void;

function deedOf<Name extends keyof Deeds>(
  what: Name,
  ...args: Arbitraries<Deeds[Name]>
): fc.Arbitrary<Deed> {
  return fc.tuple(...args).map((given) => {
    const run = (world: World): void => (world[what] as (...all: unknown[]) => void)(...given);
    return Object.assign(run, { toString: () => `${what}(${given.map(String).join(', ')})` });
  });
}

type Deeds = Pick<
  World,
  {
    [Name in keyof World]: World[Name] extends (...args: never) => void ? Name : never;
  }[keyof World]
>;
type Arbitraries<Work> = Work extends (...args: infer Args) => void
  ? { [I in keyof Args]: fc.Arbitrary<Args[I]> }
  : never;

const runs = Number(process.env.WORLD_RUNS ?? 200);

describe('any schedule of tabs, networks and servers', () => {
  it('keeps what was promised (PT1–PT7, PT10–PT12, PT14)', () => {
    fc.assert(
      fc.property(fc.array(deed, { minLength: 10, maxLength: 40 }), (deeds) => {
        const world = new World();
        const { wrong } = world.checks;
        for (const each of deeds) {
          each(world);
          if (wrong.length > 0) break;
        }
        world.settle();
        world.end();
        if (wrong.length > 0) throw new Error(wrong.slice(0, 3).join('\n'));
      }),
      { numRuns: runs },
    );
  }, 120_000);
});
