import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NEVER } from 'rxjs';
import type { Pid } from '../../../lib/index.js';
import { found, lookups, outcome, site } from './support.js';

const NODES = ['a', 'b', 'c'] as const;
const NAMES = ['@x', '@y'] as const;

type Site = ReturnType<typeof site<typeof NODES>>;
type Step = (at: Site, log: unknown[][]) => void;

const node = fc.constantFrom(...NODES);
const name = fc.constantFrom(...NAMES);

/** What may befall a name: each as a text, to read a counterexample by, and a deed. */
const step: fc.Arbitrary<readonly [string, Step]> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(node, name)
      .map(([by, what]) => [`${by} claims ${what}`, claim(by, what)] as const),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(node, name)
      .map(([by, what]) => [`${by} registers ${what}`, register(by, what)] as const),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(node, name)
      .map(([by, what]) => [`${by} gives up a claim of ${what}`, giveUp(by, what)] as const),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(node, name)
      .map(([by, what]) => [`${by} ends ${what}`, ends(by, what)] as const),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(node, name)
      .map(([by, what]) => [`${by} releases ${what}`, release(by, what)] as const),
  },
  {
    weight: 2,
    arbitrary: node.map((by) => [`cut ${by}`, ({ nats }: Site) => nats.cut(by)] as const),
  },
  {
    weight: 1,
    arbitrary: node.map((by) => [`heal ${by}`, ({ nats }: Site) => nats.heal(by)] as const),
  },
  {
    weight: 1,
    arbitrary: node.map((by) => [`freeze ${by}`, ({ nats }: Site) => nats.freeze(by)] as const),
  },
  {
    weight: 1,
    arbitrary: node.map((by) => [`thaw ${by}`, ({ nats }: Site) => nats.thaw(by)] as const),
  },
  {
    weight: 2,
    arbitrary: node.map((by) => [`busy ${by}`, ({ busy }: Site) => busy(by, true)] as const),
  },
  {
    weight: 1,
    arbitrary: node.map((by) => [`idle ${by}`, ({ busy }: Site) => busy(by, false)] as const),
  },
  { weight: 1, arbitrary: fc.constant(['stop', ({ nats }: Site) => nats.stop()] as const) },
  { weight: 1, arbitrary: fc.constant(['start', ({ nats }: Site) => nats.start()] as const) },
  {
    weight: 1,
    arbitrary: fc.constant(['forget keys', ({ nats }: Site) => nats.forgetKeys()] as const),
  },
  {
    weight: 5,
    arbitrary: fc
      .constantFrom(1, 3, 20, 600, 1_000, 2_500)
      .map((ms) => [`${ms} ms`, ({ advance }: Site) => advance(ms)] as const),
  },
);

function claim(by: (typeof NODES)[number], what: string): Step {
  return (at, log) => void log.push(outcome(at[by].cluster.names.claim(what, 'room')));
}

function register(by: (typeof NODES)[number], what: string): Step {
  return (at, log) => {
    const { system, cluster } = at[by];
    log.push(outcome(cluster.names.register(what, system.spawn('room'))));
  };
}

function giveUp(by: (typeof NODES)[number], what: string): Step {
  return (at) => {
    const waiting = at[by].cluster.names.claim(what, 'room').subscribe({ error: () => {} });
    at.advance(1);
    waiting.unsubscribe();
  };
}

const ends = (by: (typeof NODES)[number], what: string): Step => {
  return (at) => void at[by].system.terminate(what);
};

const release = (by: (typeof NODES)[number], what: string): Step => {
  return (at) => void at[by].cluster.names.unregister(what);
};

describe('names of the cluster', () => {
  it('have at rest one living owner or none, the same for all, and no process that never ran (D43, D44, D45)', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 3, maxLength: 20 }),
        fc.integer({ min: 1, max: 1_000 }),
        (steps, seed) => {
          const at = site(NODES, { seed });
          const started = new Set<Pid>();
          const log: unknown[][] = [];
          for (const { system } of at.nodes) {
            system.define('room', (_inbox, self) => {
              started.add(self.pid);
              return NEVER;
            });
          }
          for (const [, run] of steps) run(at, log);
          rest(at);

          for (const what of NAMES)
            expect(ownersOf(at, what)).toEqual({ differ: false, living: true });
          for (const { system } of at.nodes) {
            expect(system.processes().filter(({ pid }) => !started.has(pid))).toEqual([]);
          }
          expect(log.filter((each) => each.length === 0)).toEqual([]);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

/** More than two rounds of reading the own keys, with nothing in the way. */
function rest({ nats, advance, busy }: Site): void {
  nats.start();
  for (const each of NODES) {
    nats.thaw(each);
    busy(each, false);
  }
  nats.heal();
  advance(65_000);
}

/** Whether nodes differ about a name, the bucket included, and whether who has it lives. */
function ownersOf({ nodes, a, advance }: Site, what: string) {
  const known = [...lookups(nodes, what), found(a, what, advance)];
  const [pid] = known as Pid[];
  const differ = known.some((each) => each !== pid) && known;
  const names = nodes.map(({ system }) => pid && system.info(pid)?.names.includes(what));
  return { differ, living: pid === undefined || names.includes(true) };
}

/** Few, as each is more than a minute of three nodes. */
const RUNS = 30;
