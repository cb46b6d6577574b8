import { describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { Announced } from '../../../lib/cluster/groups/announced.js';
import { Audience } from '../../../lib/cluster/groups/audience.js';
import { pieces, type Row } from '../../../lib/cluster/groups/pieces.js';
import type { SharedSession } from '../../../lib/cluster/relations/shared.js';
import type { Entry } from '../../../lib/cluster/wire/entry.js';
import { loadPacker } from '../../../lib/cluster/wire/loadPacker.js';
import type { GroupEvent, Pid } from '../../../lib/index.js';
import { kernelOf } from '../../../lib/runtime/index.js';
import { testSystem } from '../../../lib/testing/live/testSystem.js';
import { collect, tables } from '../../support/runtime.js';
import { cluster, membersOf, SOON, troubles } from './support.js';

const [p, q] = ['{b~1@main|0x00001}', '{b~1@main|0x00002}'] as [Pid, Pid];

/** What a node b tells a system, by `say`, and how that system sees the group `g`. */
function hearing() {
  const system = testSystem({ node: 'a~1' });
  const announced = new Announced('b~1', system[kernelOf]);
  const events = collect(system.groups.events(), ({ kind, data }: GroupEvent) => [
    kind,
    ...data.PIDs,
  ]);
  const say = (change: 'set' | 'join' | 'leave', members: readonly Pid[] | number, group = 'g') => {
    announced.take({ kind: 'group', scope: 'pg', change, groups: [[group, members]] });
    system.flush();
    return [system.groups.size('g'), system.groups.members('g')];
  };
  return { system, announced, events, say };
}

describe('what one other node has told', () => {
  it('is joined and left, once for each time (G2)', () => {
    const { say, events } = hearing();
    expect(say('join', [p, q, p])).toEqual([2, [p, p, q]]);
    expect(say('leave', [p, q])).toEqual([1, [p]]);
    expect(say('leave', [q])).toEqual([1, [p]]);
    expect(say('leave', [p, p])).toEqual([0, []]);
    expect(events).toEqual([
      ['member.joined', p, q, p],
      ['member.left', p, q],
      ['member.left', p],
    ]);
  });

  it('is all of them where it says so, whatever it was before (D20)', () => {
    const { say, events } = hearing();
    say('set', [p, p]);
    expect(say('set', [q])).toEqual([1, [q]]);
    expect(say('set', 7)).toEqual([7, []]);
    expect(say('set', 8)).toEqual([8, []]);
    expect(say('join', [p])).toEqual([1, [p]]);
    expect(say('set', [])).toEqual([0, []]);
    expect(events).toEqual([
      ['member.joined', p, p],
      ['member.left', p, p],
      ['member.joined', q],
      ['member.left', q],
      ['member.joined', p],
      ['member.left', p],
    ]);
  });

  it.each<{ what: string; change: 'set' | 'join' | 'leave'; members: Pid[] | number }>([
    { what: 'nobody joins', change: 'join', members: [] },
    { what: 'all of them are none', change: 'set', members: [] },
    { what: 'there are 0', change: 'set', members: 0 },
    { what: 'somebody leaves that is not there', change: 'leave', members: [p] },
    { what: 'so many leave', change: 'leave', members: 0 },
  ])('leaves nothing behind where $what (G1)', ({ change, members }) => {
    const system = testSystem({ node: 'a~1' });
    const announced = new Announced('b~1', system[kernelOf]);
    announced.take({ kind: 'group', scope: 's', change, groups: [['g', members]] });
    expect(tables(system).scopes).toBe(0);
  });

  it('ends with it, and leaves nothing behind (D9, G1)', () => {
    const { system, announced, say } = hearing();
    say('join', [p]);
    say('set', 3, 'h');
    announced.end();
    expect(system.groups.members('g')).toEqual([]);
    expect(system.groups.size('h')).toBe(0);
    const other = testSystem({ node: 'a~1' });
    const told = new Announced('b~1', other[kernelOf]);
    told.take({ kind: 'group', scope: 's', change: 'set', groups: [['g', [p]]] });
    told.end();
    expect(tables(other).scopes).toBe(0);
  });

  it('is kept up to 64 MiB, and a warning tells of the first that is not (D57, D61)', () => {
    const { system, say } = hearing();
    const warnings = collect(system.events$, (event) =>
      event.type === 'warning' ? [event.code, event.message] : event.type,
    );
    const long = (digit: string) => digit.repeat(2 ** 24);
    for (const digit of ['1', '2', '3', '4', '5']) say('set', [p], long(digit));
    say('set', 1, long('6'));
    expect(['3', '4', '5', '6'].map((digit) => system.groups.size(long(digit)))).toEqual([
      1, 0, 0, 0,
    ]);
    expect(warnings).toEqual([
      ['too_many_members', expect.stringMatching(/^the node b~1 has more members/)],
    ]);

    say('leave', [p], long('1'));
    say('join', [p], long('4'));
    expect(system.groups.size(long('4'))).toBe(1);
  });
});

describe('the room for what one other node has told', () => {
  it('is 64 bytes for a join and 256 for a group, beside their names (D47)', () => {
    const { system, say } = hearing();
    const count = Math.floor((64 * 2 ** 20 - 256 - 'pg'.length - 1) / (64 + p.length));
    const warnings = collect(system.events$, ({ type }) => type);
    expect([say('join', Array(count).fill(p))[0], warnings]).toEqual([1, []]);
    expect([say('join', [q])[0], warnings]).toEqual([1, ['warning']]);
  });
});

describe('what was told and taken back', () => {
  it.each<{ what: string; change: 'leave' | 'set' }>([
    { what: 'by leaving', change: 'leave' },
    { what: 'by another set', change: 'set' },
  ])('takes no room any more, $what', ({ change }) => {
    const { system, say } = hearing();
    const warnings = collect(system.events$, ({ type }) => type);
    const pid = `{b~1@${'x'.repeat(2 ** 24)}|0x00001}`;
    for (let round = 0; round < 5; round++) {
      say('join', [q, pid]);
      say(change, change === 'leave' ? [pid] : [q]);
    }
    expect(warnings).toEqual([]);
    expect(system.groups.size('g')).toBe(1);
  });
});

describe('a node that speaks for another one', () => {
  it('is not believed, and a warning tells of it (D60)', () => {
    const { nodes, advance } = cluster(['a', 'b', 'c']);
    const [a, b, c] = nodes;
    const seen = troubles(b);
    const pid = c.system.spawn(() => []);
    const forged = { pid, groups: new Set<never>(), ownGroups: [], accept: () => true };
    a.system[kernelOf].groups.join({ group: 'g' }, [forged]);
    advance(SOON);

    expect(membersOf(b)).toEqual([]);
    expect(seen).toEqual([['forged', expect.stringMatching(/^a~1 has sent a group in the name/)]]);
  });
});

describe('an entry of members', () => {
  it('has 1 MiB at most, so that a long list is several (D47)', () => {
    const audience = new Audience(testSystem({ node: 'a~1' })[kernelOf], 2 ** 24);
    const sizes: number[] = [];
    audience.add({
      relations: { node: 'b~1' },
      pack: (entry: Entry) => loadPacker().pack(entry),
      sendPacked: ({ length }: Uint8Array) => sizes.push(length) > 0,
    } as unknown as SharedSession);
    audience.tell('send', 'pg', 'join', [['g', Array(100_000).fill(p)]]);

    expect(sizes.length).toBe(3);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2 ** 20);
  });
});

describe('pieces', () => {
  const long = (count: number): Pid[] => Array.from({ length: count }, (_, n) => `{b~1@m|0x${n}}`);

  it('are one, if all fits in', () => {
    const rows: Row[] = [
      ['g', [p, q]],
      ['h', 3],
    ];
    expect(pieces(rows, 1_000)).toEqual([rows]);
    expect(pieces([], 1_000)).toEqual([]);
  });

  it('begin anew for a group whose first member does not fit in', () => {
    const rows: Row[] = [
      ['h', 1],
      ['g', [p]],
    ];
    const sizes = [56, 55].map((limit) => pieces(rows, limit).length);
    expect(sizes).toEqual([1, 2]);
  });

  it.each([1, 50, 100, 500])('of %i bytes have everybody once and in order', (limit) => {
    const rows: Row[] = [
      ['g', long(7)],
      ['h', 3],
      ['i', long(20)],
      ['j', long(1)],
    ];
    const all = pieces(rows, limit);
    const joined = new Map<string, Pid[] | number>();
    for (const [group, members] of all.flat()) {
      const known = joined.get(group);
      const before = Array.isArray(known) ? known : [];
      joined.set(group, typeof members === 'number' ? members : [...before, ...members]);
    }
    expect([...joined]).toEqual(rows);
    for (const piece of all) {
      const size = Buffer.byteLength(JSON.stringify(piece));
      const isSingle = piece.flat(2).length === 2;
      expect(isSingle || size <= limit).toBe(true);
    }
  });

  it('cross where no entry may be larger than 1 KiB (D22)', () => {
    const { nodes, advance } = cluster(['a', 'b'], { maxMessage: 1_024 });
    const [a, b] = nodes;
    const pids = Array.from({ length: 200 }, () => a.system.spawn(() => NEVER));
    a.system.groups.join('g', pids);
    advance(SOON);
    expect(membersOf(b)).toEqual(pids);
  });
});
