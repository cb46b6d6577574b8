import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type End, linkPair, type Way } from '../../support/linkPair.js';

/** What is done to an end, and how long after what was done before. */
const deeds = fc.array(
  fc.record({
    after: fc.oneof(fc.nat(5), fc.nat(400)),
    isA: fc.boolean(),
    deed: fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({ entries: fc.integer({ min: 1, max: 12 }), size: fc.nat(250) }),
      },
      { weight: 1, arbitrary: fc.constantFrom('down', 'up', 'restart', 'exceed') },
    ),
  }),
  { minLength: 5, maxLength: 40 },
);

const channel = fc.record({
  seed: fc.nat(),
  lost: fc.constantFrom(0, 0.05, 0.3),
  doubled: fc.constantFrom(0, 0.1),
  late: fc.constantFrom(0, 0.1, 0.5),
});

/** Loses, doubles, delays and reorders by chance. */
function faulty({
  seed,
  lost,
  doubled,
  late,
}: {
  seed: number;
  lost: number;
  doubled: number;
  late: number;
}): Way {
  let state = seed;
  const chance = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const delay = (): number => (chance() < late ? Math.floor(chance() * 600) : 1);
  return () => {
    if (chance() < lost) return [];
    return chance() < doubled ? [delay(), delay()] : [delay()];
  };
}

/** Entries of an end in one session of the other: those of one session of its own, from the first, without a gap. */
function isPrefix(entries: readonly string[]): boolean {
  const session = entries[0]?.split('/')[0];
  return entries.every((entry, index) => entry === `${session}/${index + 1}`);
}

const ALL = 64 * 1024 * 1024;

function perform(end: End, deed: { entries: number; size: number } | string, isUp: Set<End>): void {
  if (typeof deed !== 'string') {
    for (let i = 0; i < deed.entries; i++) end.send(deed.size);
  } else if (deed === 'restart') {
    end.restart(isUp.has(end));
  } else if (deed === 'exceed') {
    end.link.send({ length: ALL + 1 } as Uint8Array, true);
  } else {
    if (deed === 'up') isUp.add(end);
    else isUp.delete(end);
    end.link.setUp(deed === 'up');
  }
}

describe('two links over a bad channel', () => {
  it('keep each session exactly once and in order, end it at both ends, and come to rest (D10, D11, D13, D15)', () => {
    fc.assert(
      fc.property(deeds, channel, (sequence, faults) => {
        const { stage, a, b } = linkPair();
        const ends = [a, b];
        const isUp = new Set(ends);
        for (const end of ends) {
          end.way = faulty(faults);
          end.link.setUp(true);
        }
        for (const { after, isA, deed } of sequence) {
          stage.advance(after);
          perform(isA ? a : b, deed, isUp);
        }
        for (const end of ends) {
          end.way = () => [1];
          end.link.setUp(true);
        }
        stage.advance(5_000);
        for (const end of ends) end.send();
        stage.advance(1_000);

        for (const [end, other] of [
          [a, b],
          [b, a],
        ] as const) {
          const told = end.sessions.map(({ entries }) => entries);
          expect(told.filter((entries) => !isPrefix(entries))).toEqual([]);
          const senders = told.flatMap(([first]) => first?.split('/')[0] ?? []);
          expect(senders).toEqual([...new Set(senders)]);
          // At rest both are in one session, which has everything, and all before it have ended.
          expect(told.at(-1)).toEqual(other.taken);
          expect(end.sessions.filter(({ reason }) => reason === undefined)).toHaveLength(1);
          expect(end.link.stats().unacknowledged).toEqual({ entries: 0, bytes: 0 });
        }
      }),
      { numRuns: 200 },
    );
  });
});
