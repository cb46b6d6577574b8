import { describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { done, type GroupEvent, join, type Pid, type Self, send } from '../../../lib/index.js';
import { collect, reads, refused } from '../../support/runtime.js';
import type { Node } from '../support/nodes.js';
import { cluster, come, crowd, LINKED, membersOf, SOON } from './support.js';

const brief = ({ kind, path, data }: GroupEvent): unknown[] => [kind, path, ...data.PIDs];

/** A process in the hands of a spec. */
function selfOf({ system }: Node): Self {
  let self: Self | undefined;
  system.spawn((_inbox, me) => {
    self = me;
    return NEVER;
  });
  system.flush();
  return self as Self;
}

describe('groups in a cluster', () => {
  it('list the members of all nodes, own ones first; localMembers only own ones (D46)', () => {
    const { nodes, advance } = cluster(['a', 'b']);
    const [a, b] = nodes;
    const [p] = crowd(a, 1) as [Pid];
    const [q] = crowd(b, 1) as [Pid];
    a.system.groups.join('g', p);
    b.system.groups.scope('s').join('g', q);
    b.system.groups.join('g', q);
    advance(SOON);

    expect(nodes.map((node) => membersOf(node))).toEqual([
      [p, q],
      [q, p],
    ]);
    expect(nodes.map(({ system }) => system.groups.localMembers('g'))).toEqual([[p], [q]]);
    expect(a.system.groups.scope('s').members('g')).toEqual([q]);
  });

  it('are not shared in a local scope, whatever another node says of it (D46)', () => {
    const world = cluster(['a'], { scopes: { local: ['own'] } });
    const [a] = world.nodes;
    const b = come(world, 'b');
    world.advance(LINKED);
    const log: unknown[] = [];
    const p = a.system.spawn(reads(log));
    a.system.groups.scope('own').join('g', p);
    b.system.groups.scope('own').join('g', crowd(b, 1));
    world.advance(SOON);

    expect(a.system.groups.scope('own').members('g')).toEqual([p]);
    expect(b.system.groups.scope('own').size('g')).toBe(1);
    expect(a.system.groups.scope('own').broadcast('g', 'hi')).toBe(1);
    world.advance(SOON);
    expect(log).toEqual(['hi undefined']);
  });

  it('count joins: one entry for each, and as many leaves (D46, G2)', () => {
    const { nodes, advance } = cluster(['a', 'b']);
    const [a, b] = nodes;
    const [p, q] = crowd(a, 2) as [Pid, Pid];
    a.system.groups.join('g', [p, q, p]);
    advance(SOON);
    expect(membersOf(b)).toEqual([p, p, q]);
    expect(b.system.groups.size('g')).toBe(2);

    a.system.groups.leave('g', p);
    advance(SOON);
    expect(membersOf(b)).toEqual([p, q]);
    a.system.groups.leave('g', [p, q]);
    advance(SOON);
    expect(membersOf(b)).toEqual([]);
  });

  it('let nobody join or leave from another node: NotFound (D37, G2)', () => {
    const { nodes, advance } = cluster(['a', 'b']);
    const [a, b] = nodes;
    const [p] = crowd(a, 1) as [Pid];
    a.system.groups.join('g', p);
    advance(SOON);

    expect(() => b.system.groups.join('g', p)).toThrow(/on another node/);
    expect(() => b.system.groups.leave('g', p)).toThrow(refused('NotFound'));
    expect(membersOf(b)).toEqual([p]);
  });

  it('tell joins and leaves anywhere, one event for each call, and one for an exit (D46, G3, G5)', () => {
    const { nodes, advance } = cluster(['a', 'b']);
    const [a, b] = nodes;
    const [p, q] = crowd(a, 2) as [Pid, Pid];
    a.system.groups.join('g', p);
    advance(SOON);
    const monitored = collect(b.system.groups.monitor('g'), brief);
    const events = collect(b.system.groups.events(), brief);
    a.system.groups.join('g', [q, q, p]);
    a.system.groups.leave('g', [q]);
    a.system.terminate(p);
    advance(SOON);

    const expected = [
      ['members', 'g', p],
      ['member.joined', 'g', q, q, p],
      ['member.left', 'g', q],
      ['member.left', 'g', p, p],
    ];
    expect([monitored, events]).toEqual([expected, expected]);
  });

  it('are gone from where a monitor tells the exit of a member (D32, D47, N5)', () => {
    const { nodes, advance } = cluster(['a', 'b']);
    const [a, b] = nodes;
    const [p] = crowd(a, 1) as [Pid];
    a.system.groups.join('g', p);
    advance(SOON);
    const seen = collect(b.system.monitor(p), () => membersOf(b));
    advance(SOON);
    expect(membersOf(b)).toEqual([p]);
    a.system.terminate(p);
    advance(SOON);

    expect(seen).toEqual([[]]);
  });

  it('show each change in its place among what its process sends (D47)', () => {
    const { nodes, advance } = cluster(['a', 'b']);
    const [a, b] = nodes;
    const seen: unknown[] = [];
    const reader = b.system.spawn(reads(seen, ({ topic }) => topic));
    b.system.groups.monitor('g').subscribe(({ kind }) => seen.push(kind));
    const self = selfOf(a);
    self.send(reader, 'first');
    self.join('g');
    self.send(reader, 'second');
    self.leave('g');
    self.send(reader, 'third');
    a.system.spawn(() => [join('g'), send(reader, 'fourth'), done()]);
    advance(SOON);

    const expected = ['members', 'first', 'member.joined', 'second', 'member.left', 'third'];
    expect(seen).toEqual([...expected, 'member.joined', 'fourth', 'member.left']);
  });

  it('are told by one entry, however many join at once (D47)', () => {
    const { nodes, advance } = cluster(['a', 'b']);
    const [a, b] = nodes;
    const events = collect(b.system.groups.events(), ({ data }) => data.PIDs.length);
    const pids = crowd(a, 1_000);
    a.system.groups.join('g', pids);
    advance(SOON);

    expect(membersOf(b)).toEqual(pids);
    expect(events).toEqual([1_000]);
  });

  it('are told to who comes late, before it is up for anybody (D14, D47)', () => {
    const world = cluster(['a', 'b']);
    const [a, b] = world.nodes;
    const all = [a, b].flatMap((node) => {
      const pids = crowd(node, 2);
      node.system.groups.join('g', pids);
      node.system.groups.scope('s').join('h', pids);
      return pids;
    });
    const c = come(world, 'c');
    const atUp: number[] = [];
    c.cluster.nodes$.subscribe(({ kind }) => {
      if (kind === 'node.up') atUp.push(membersOf(c).length);
    });
    world.advance(LINKED);

    expect(atUp).toEqual([2, 4]);
    expect([...membersOf(c)].sort()).toEqual(all);
    expect([...c.system.groups.scope('s').members('h')].sort()).toEqual(all);
  });

  it('share groups from before their node came (D46)', () => {
    const world = cluster(['a']);
    const b = come(world, 'b');
    const pids = crowd(b, 2);
    b.system.groups.join('g', pids);
    world.advance(LINKED);

    expect(membersOf(world.nodes[0])).toEqual(pids);
  });
});
