import { describe, expect, it } from '@jest/globals';
import { concat, NEVER, of } from 'rxjs';
import { type Groups, join, leave, type Pid, send } from '../../../lib/index.js';
import { collect, reads, tables } from '../../support/runtime.js';
import { cluster, come, crowd, LINKED, SILENCE, SOON } from './support.js';

const options = { scopes: { counted: ['rooms'] } };

/** Nodes, and the scope as each of them sees it. */
function counted<N extends readonly string[]>(...names: N) {
  const world = cluster<N>(names, options);
  const groups = world.nodes.map(({ system }) => system.groups.scope('rooms'));
  return { ...world, groups: groups as unknown as { [K in keyof N]: Groups } };
}

describe('a counted scope', () => {
  it('lists own members, and counts all of them, each once (D48)', () => {
    const { nodes, groups, advance } = counted('a', 'b');
    const [a, b] = nodes;
    const [p] = crowd(a, 1) as [Pid];
    const [q, r] = crowd(b, 2) as [Pid, Pid];
    groups[0].join('g', p);
    groups[1].join('g', [q, r, r]);
    advance(SOON);

    expect(groups.map(({ members }) => members('g'))).toEqual([[p], [q, r, r]]);
    expect(groups.map(({ localMembers }) => localMembers('g'))).toEqual([[p], [q, r, r]]);
    expect(groups.map(({ size }) => size('g'))).toEqual([3, 3]);
    expect(groups.map(({ size }) => size('none'))).toEqual([0, 0]);
  });

  it('tells nobody of joins and leaves elsewhere (D48)', () => {
    const { nodes, groups, advance } = counted('a', 'b');
    const events = collect(groups[0].events(), ({ kind }) => kind);
    const monitored = collect(groups[0].monitor('g'), ({ data }) => data.PIDs.length);
    const [p] = crowd(nodes[1], 1) as [Pid];
    groups[1].join('g', p);
    advance(SOON);
    groups[1].leave('g', p);
    advance(SOON);

    expect([events, monitored]).toEqual([[], [0]]);
    expect(tables(nodes[0].system).scopes).toBe(1);
  });

  it('has its broadcasts go everywhere (D48, D49)', () => {
    const { nodes, groups, advance } = counted('a', 'b', 'c');
    const log: unknown[] = [];
    for (const at of [1, 2] as const) groups[at].join('g', nodes[at].system.spawn(reads(log)));
    advance(SOON);

    expect(groups[0].broadcast('g', 'hi', 1)).toBe(2);
    advance(SOON);
    expect(log).toEqual(['hi 1', 'hi 1']);
  });

  it('takes none away from the result for whom a broadcast spares on another node (D49)', () => {
    const { nodes, groups, advance } = counted('a', 'b');
    const log: unknown[] = [];
    const [one, other] = [reads(log), reads(log)].map((each) => nodes[1].system.spawn(each));
    for (const pid of [one, other] as Pid[]) groups[1].join('g', pid);
    advance(SOON);

    expect(groups[0].broadcast('g', 'hi', 1, { except: [one as Pid, other as Pid] })).toBe(2);
    advance(SOON);
    expect(log).toEqual([]);
  });

  it('tells a number before what is sent after the change, once for all changes till then (D47, D48)', () => {
    const { nodes, groups, advance } = counted('a', 'b');
    const [a, b] = nodes;
    const sizes: unknown[] = [];
    const reader = b.system.spawn(reads(sizes, ({ topic }) => [topic, groups[1].size('g')]));
    advance(SOON);
    const scope = { scope: 'rooms' };
    const one = a.system.spawn(() =>
      concat(of(join('g', undefined, scope), send(reader, 'joined')), NEVER),
    );
    advance(SOON);
    const pids = crowd(a, 3);
    for (const pid of pids) groups[0].join('g', pid);
    for (const pid of pids.slice(1)) groups[0].leave('g', pid);
    a.system.send(reader, 'more');
    advance(SOON);
    a.system.spawn(() => [leave('g', one, scope), send(reader, 'fewer')]);
    advance(SOON);

    expect(sizes).toEqual([
      ['joined', 1],
      ['more', 2],
      ['fewer', 1],
    ]);
  });

  it('tells who comes late, and forgets a lost node; nothing is left (D9, D48)', () => {
    const world = counted('a', 'b');
    const [a, b] = world.nodes;
    world.groups[1].join('g', crowd(b, 4));
    const c = come(world, 'c', '1', options);
    world.advance(LINKED);
    const here = c.system.groups.scope('rooms');
    expect(here.size('g')).toBe(4);
    here.join('g', crowd(c, 1));
    world.advance(SOON);
    expect(world.groups[0].size('g')).toBe(5);

    world.nats.kill('b');
    world.advance(SILENCE);
    expect([here.size('g'), world.groups[0].size('g')]).toEqual([1, 1]);
    world.nats.kill('c');
    world.advance(SILENCE);
    expect(world.groups[0].size('g')).toBe(0);
    expect(tables(a.system).scopes).toBe(0);
  });
});
