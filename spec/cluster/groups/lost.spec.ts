import { describe, expect, it } from '@jest/globals';
import type { GroupEvent, Pid } from '../../../lib/index.js';
import { collect, tables } from '../../support/runtime.js';
import type { Node } from '../support/nodes.js';
import { cluster, come, crowd, LINKED, membersOf, SILENCE, SOON } from './support.js';

const brief = ({ kind, path, data }: GroupEvent): unknown[] => [kind, path, ...data.PIDs];

/** Two nodes; the second has two members in each of two groups, one of them twice. */
function peopled() {
  const world = cluster(['a', 'b']);
  const [a, b] = world.nodes;
  const [p, q] = crowd(b, 2) as [Pid, Pid];
  for (const group of ['g', 'h']) b.system.groups.join(group, [p, q, q]);
  world.advance(SOON);
  return { ...world, a, b, p, q };
}

const scopesOf = ({ system }: Node): unknown => tables(system).scopes;

describe('the members of a lost node', () => {
  it('leave first, with one event for each group, and nothing is left (D9, D46, G1)', () => {
    const { a, p, q, nats, advance } = peopled();
    const seen: unknown[] = [];
    a.system.groups.events().subscribe((event) => seen.push(brief(event)));
    a.system.monitor(p).subscribe(({ reason }) => seen.push([reason.type, membersOf(a).length]));
    a.cluster.nodes$.subscribe(({ kind }) => seen.push(kind));
    advance(SOON);
    seen.length = 0;
    nats.kill('b');
    advance(SILENCE);

    expect(seen.slice(-2)).toEqual([['noconnection', 0], 'node.down']);
    expect(seen.filter((each) => typeof each !== 'string').slice(0, 2)).toEqual([
      ['member.left', 'g', p, q, q],
      ['member.left', 'h', p, q, q],
    ]);
  });

  it('leave no group behind that nobody watches (G1)', () => {
    const { a, nats, advance } = peopled();
    expect(scopesOf(a)).toBe(1);
    nats.kill('b');
    advance(SILENCE);
    expect(scopesOf(a)).toBe(0);
  });

  it('join anew when a split has healed, each side having seen its own (D47)', () => {
    const { a, b, p, q, nats, advance } = peopled();
    const [r] = crowd(a, 1) as [Pid];
    a.system.groups.join('g', r);
    advance(SOON);
    nats.split(['a'], ['b']);
    advance(SILENCE);
    expect([a, b].map((node) => membersOf(node))).toEqual([[r], [p, q, q]]);

    b.system.groups.leave('g', q);
    const events = collect(a.system.groups.monitor('g'), brief);
    nats.heal();
    advance(LINKED);
    expect([a, b].map((node) => membersOf(node))).toEqual([
      [r, p, q],
      [p, q, r],
    ]);
    expect(events).toEqual([
      ['members', 'g', r],
      ['member.joined', 'g', p, q],
    ]);
  });

  it('stay while the server is away for less than the outage (D8)', () => {
    const { a, b, p, q, nats, advance } = peopled();
    const events = collect(a.system.groups.monitor('g'), brief);
    nats.stop();
    b.system.groups.leave('g', p);
    advance(5_000);
    nats.start();
    advance(LINKED);

    expect(membersOf(a)).toEqual([q, q]);
    expect(events).toEqual([
      ['members', 'g', p, q, q],
      ['member.left', 'g', p],
    ]);
  });

  it('are not known while the server is away for longer, and join anew when it is back (D8)', () => {
    const { a, p, q, nats, advance } = peopled();
    const events = collect(a.system.groups.monitor('g'), brief);
    nats.stop();
    advance(15_000);
    expect(membersOf(a)).toEqual([]);
    nats.start();
    advance(LINKED);

    expect(events).toEqual([
      ['members', 'g', p, q, q],
      ['member.left', 'g', p, q, q],
      ['member.joined', 'g', p, q, q],
    ]);
  });

  it('make place for those of its next incarnation (D2, D47)', () => {
    const world = peopled();
    world.nats.kill('b');
    const b = come(world, 'b', '2');
    const pids = crowd(b, 2);
    b.system.groups.join('g', pids);
    world.advance(LINKED);

    expect(membersOf(world.a)).toEqual(pids);
    expect(membersOf(world.a, 'h')).toEqual([]);
  });

  it('are gone from a node that leaves, and it from others (D63)', async () => {
    const { a, b, p, q, advance } = peopled();
    const [r] = crowd(a, 1) as [Pid];
    a.system.groups.join('g', r);
    advance(SOON);
    const left = b.cluster.leave();
    for (let step = 0; step < 5; step++) {
      advance(SOON);
      await Promise.resolve();
    }
    advance(LINKED);
    await left;
    advance(SOON);

    expect([a, b].map((node) => membersOf(node))).toEqual([[r], [p, q, q]]);
    b.system.groups.leave('g', p);
    expect(membersOf(b)).toEqual([q, q]);
    expect(b.system.groups.broadcast('g', 'hi')).toBe(1);
  });

  it('are the same again after a node was frozen and wakes (D47)', () => {
    const { a, b, p, q, nats, advance } = peopled();
    nats.freeze('b');
    advance(SILENCE);
    expect(membersOf(a)).toEqual([]);
    nats.thaw('b');
    advance(LINKED);

    expect([a, b].map((node) => membersOf(node))).toEqual([
      [p, q, q],
      [p, q, q],
    ]);
  });
});
