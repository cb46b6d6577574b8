import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Pid } from '../../../lib/index.js';
import { tables } from '../../support/runtime.js';
import { cluster, crowd, LINKED, SILENCE } from './support.js';

type Step =
  | { readonly do: 'join' | 'leave' | 'exit'; readonly node: number; readonly who: number }
  | { readonly do: 'cut' | 'heal'; readonly node: number; readonly who: number }
  | { readonly do: 'wait'; readonly millis: number };

const step = fc.oneof(
  { weight: 6, arbitrary: acting('join', 'leave', 'exit') },
  { weight: 2, arbitrary: acting('cut', 'heal') },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), millis: fc.nat(SILENCE * 2) }),
  },
);

function acting<D extends string>(...what: D[]) {
  const who = fc.nat(1);
  return fc.record({ do: fc.constantFrom(...what), node: fc.nat(2), who });
}

const NAMES = ['a', 'b', 'c'] as const;

describe('groups on three nodes', () => {
  it('are listed alike everywhere once changes and faults have ceased (D47)', () => {
    const steps = fc.array(step, { maxLength: 14 });
    fc.assert(
      fc.property(steps, (all) => {
        const { nodes, nats, advance } = cluster(NAMES, { scopes: { counted: ['n'] } });
        const pids = nodes.map((node) => crowd(node, 2));
        const perform = (each: Step): void => {
          if (each.do === 'wait') return advance(each.millis);
          const name = NAMES[each.node] as string;
          if (each.do === 'cut') return nats.cut(name);
          if (each.do === 'heal') return nats.heal(name);
          const { system } = nodes[each.node] as (typeof nodes)[0];
          const pid = pids[each.node]?.[each.who] as Pid;
          if (each.do === 'exit') return void system.terminate(pid);
          for (const groups of [system.groups, system.groups.scope('n')]) {
            try {
              groups[each.do]('g', pid);
            } catch {
              // It has ended, or is no member.
            }
          }
        };
        for (const each of all) perform(each);
        nats.heal();
        advance(3 * LINKED);

        const own = nodes.map(({ system }) => system.groups.localMembers('g'));
        const lists = nodes.map(({ system }) => [...system.groups.members('g')].sort());
        expect(lists).toEqual(nodes.map(() => own.flat().sort()));
        const size = new Set(own.flat()).size;
        const sizes = nodes.map(({ system }) =>
          ['pg', 'n'].map((n) => system.groups.scope(n).size('g')),
        );
        expect(sizes).toEqual(nodes.map(() => [size, size]));
        const scopes = nodes.map(({ system }) => tables(system).scopes);
        expect(scopes).toEqual(nodes.map(() => (size === 0 ? 0 : 2)));
      }),
      { numRuns: 40 },
    );
  });
});
