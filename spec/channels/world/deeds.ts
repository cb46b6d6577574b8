import { jest } from '@jest/globals';
import fc from 'fast-check';
import { random } from '../../../lib/testing/live/random.js';
import { ROOMS } from './rooms.js';
import { TABS, World } from './world.js';

/** How many nodes there are, where there are several. */
export const NODES = 3;

const tab = fc.nat(TABS - 1);
const room = fc.constantFrom(...ROOMS);
const kept = fc.nat(4);
const wait = fc.constantFrom(0, 300, 3_000, 20_000);

/** What may happen: each deed with its share of a schedule. */
const deeds: readonly fc.WeightedArbitrary<Deed>[] = [
  { weight: 8, arbitrary: deedOf('follow', tab, room) },
  { weight: 3, arbitrary: deedOf('leave', tab, room) },
  { weight: 2, arbitrary: deedOf('reload', tab, fc.boolean()) },
  { weight: 10, arbitrary: deedOf('publish', room, fc.constantFrom('a', 'b', 'c'), fc.boolean()) },
  { weight: 2, arbitrary: deedOf('burst', room, fc.constantFrom(3, 5)) },
  { weight: 4, arbitrary: deedOf('ask', tab, fc.boolean(), wait) },
  {
    weight: 4,
    arbitrary: deedOf(
      'askIn',
      tab,
      fc.constantFrom('proc:1' as const, 'none:1' as const),
      fc.boolean(),
      fc.oneof(wait, fc.constant(-1)),
    ),
  },
  { weight: 2, arbitrary: deedOf('page', tab, room, fc.constantFrom(2, 50), fc.boolean()) },
  { weight: 2, arbitrary: deedOf('appear', tab, room, fc.constantFrom('here', 'away')) },
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
  { weight: 1, arbitrary: deedOf('ghost', tab) },
  { weight: 1, arbitrary: deedOf('overtake', tab) },
  { weight: 1, arbitrary: deedOf('blink', tab, room) },
  { weight: 1, arbitrary: deedOf('offline', tab, fc.boolean()) },
  { weight: 1, arbitrary: deedOf('kick', tab, room, fc.boolean()) },
  { weight: 1, arbitrary: deedOf('enrol', tab, room) },
  { weight: 1, arbitrary: deedOf('delete', room) },
  {
    weight: 2,
    arbitrary: deedOf(
      'mood',
      tab,
      fc.constantFrom('all:1' as const, 'all:2' as const),
      fc.constantFrom('yes' as const, 'no' as const, 'later' as const, 'throw' as const),
      fc.boolean(),
    ),
  },
  { weight: 1, arbitrary: deedOf('restart', fc.boolean()) },
  { weight: 3, arbitrary: deedOf('lag', tab, fc.constantFrom(0, 0, 2 * 1024 * 1024)) },
  { weight: 3, arbitrary: deedOf('hook', fc.constantFrom(0, 30, 2_000, 6_000)) },
  { weight: 10, arbitrary: deedOf('advance', fc.constantFrom(1, 20, 300, 2_000, 7_000, 31_000)) },
];

const node = fc.nat(NODES - 1);

/** What may happen beside it where servers are nodes. */
const deedsOfNodes: readonly fc.WeightedArbitrary<Deed>[] = [
  { weight: 3, arbitrary: deedOf('kill', node) },
  { weight: 2, arbitrary: deedOf('drain', node) },
  { weight: 4, arbitrary: deedOf('begin', node) },
  { weight: 6, arbitrary: deedOf('busy', node) },
  {
    weight: 5,
    arbitrary: deedOf(
      'part',
      node,
      fc.constantFrom('cut' as const, 'split' as const, 'freeze' as const),
    ),
  },
  {
    weight: 5,
    arbitrary: deedOf(
      'strike',
      room,
      fc.constantFrom(...(['cut', 'split', 'freeze', 'kill', 'drain'] as const)),
      fc.nat(5),
    ),
  },
  { weight: 2, arbitrary: deedOf('lose', fc.constantFrom(0.01, 0.2)) },
  { weight: 5, arbitrary: deedOf('heal') },
];

/** A schedule, which prints as what is done. */
const scheduleOf = (all: readonly fc.WeightedArbitrary<Deed>[]) =>
  fc.array(fc.oneof(...all), { minLength: 1, maxLength: 40, size: 'max' });
export const schedule = scheduleOf(deeds);
export const scheduleOfNodes = scheduleOf([...deeds, ...deedsOfNodes]);

/** Plays a schedule, until all is at rest or, `isToEnd`, until everybody is gone. @throws Error that says what was wrong first. */
export async function play(
  deeds: readonly Deed[],
  { servers = 1, isToEnd = true } = {},
): Promise<void> {
  // Servers that end say after how long one may come back, by chance: the same in each run.
  const chance = jest.spyOn(Math, 'random').mockImplementation(random(2));
  const world = new World(servers);
  const { wrong } = world.checks;
  for (const each of deeds) {
    const done = each(world);
    if (done !== undefined) await done;
    if (wrong.length > 0) break;
  }
  world.settle();
  if (isToEnd) world.end();
  chance.mockRestore();
  if (wrong.length > 0) throw new Error(wrong.slice(0, 3).join('\n'));
}

/** It may take real turns. */
export type Deed = (world: World) => Promise<void> | undefined;

function deedOf<Name extends keyof Deeds>(
  what: Name,
  ...args: Arbitraries<Deeds[Name]>
): fc.Arbitrary<Deed> {
  return fc.tuple(...args).map((given) => {
    const run = (world: World): Promise<void> | undefined =>
      (world[what] as (...all: unknown[]) => Promise<void> | undefined)(...given);
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
