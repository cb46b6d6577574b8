import { describe, expect, it } from '@jest/globals';
import { broadcast, type Message, type Pid, send } from '../../../lib/index.js';
import { reads } from '../../support/runtime.js';
import type { Node } from '../support/nodes.js';
import { cluster, crowd, SILENCE, SOON, troubles } from './support.js';

/** A member of `g` that writes down what it reads. */
function member({ system }: Node, log: unknown[], show?: (message: Message) => unknown): Pid {
  const pid = system.spawn(reads(log, show));
  system.groups.join('g', pid);
  return pid;
}

describe('a broadcast in a cluster', () => {
  it('goes to the members of all nodes, and counts those that are known elsewhere (D49, G4)', () => {
    const { nodes, advance } = cluster(['a', 'b', 'c']);
    const [a, b, c] = nodes;
    const log: unknown[] = [];
    for (const node of [a, b, b, c]) member(node, log);
    const twice = member(c, log);
    c.system.groups.join('g', twice);
    advance(SOON);

    expect(a.system.groups.broadcast('g', 'hi', 1)).toBe(5);
    expect(a.system.groups.broadcast('none', 'hi', 1)).toBe(0);
    advance(SOON);
    expect(log).toEqual(new Array(5).fill('hi 1'));
  });

  it('goes from a node that has no member, with the sender (D49, M8)', () => {
    const { nodes, advance } = cluster(['a', 'b']);
    const [a, b] = nodes;
    const log: unknown[] = [];
    member(b, log, ({ topic, from }) => [topic, from]);
    advance(SOON);
    const pid = a.system.spawn(() => [broadcast('g', 'hi', 1)]);
    advance(SOON);

    expect(log).toEqual([['hi', pid]]);
  });

  it('is one entry, one decode and one object for all members of a node (D49, G4)', () => {
    const { nodes, advance } = cluster(['a', 'b']);
    const [a, b] = nodes;
    const log: unknown[] = [];
    for (let i = 0; i < 3; i++) member(b, log, ({ payload }) => payload);
    advance(SOON);
    const payload = { text: 'hi' };
    a.system.groups.broadcast('g', 'hi', payload);
    advance(SOON);

    expect(log).toEqual([payload, payload, payload]);
    expect(new Set(log).size).toBe(1);
    expect(log[0]).not.toBe(payload);
  });

  it('packs its payload once, however many nodes get it, as it is at the call (D20, D49)', () => {
    const { nodes, advance } = cluster(['a', 'b', 'c', 'd']);
    const [a, ...rest] = nodes;
    const log: unknown[] = [];
    for (const node of rest) member(node, log, ({ payload }) => payload);
    advance(SOON);
    let reads = 0;
    const payload = {
      get at() {
        return ++reads;
      },
    };
    expect(a.system.groups.broadcast('g', 'hi', payload)).toBe(3);
    const once = reads;
    advance(SOON);

    expect(log).toEqual(new Array(3).fill({ at: once }));
  });

  it('spares whoever is in except, on any node, and nodes where nobody else is (D49)', () => {
    const { nodes, advance } = cluster(['a', 'b', 'c']);
    const [a, b, c] = nodes;
    const log: unknown[] = [];
    const pids = [a, b, b, c].map((node, at) => member(node, log, () => at));
    advance(SOON);

    const except = [pids[1], pids[3], pids[3], '{x~1@main|0x00001}'] as Pid[];
    expect(a.system.groups.broadcast('g', 'hi', 1, { except })).toBe(2);
    advance(SOON);
    expect(log).toEqual([0, 2]);
  });

  it('keeps its place among what the sender sends (D49, M3)', () => {
    const { nodes, advance } = cluster(['a', 'b']);
    const [a, b] = nodes;
    const log: unknown[] = [];
    const pid = member(b, log);
    advance(SOON);
    a.system.spawn(() => [send(pid, 'x', 1), broadcast('g', 'x', 2), send(pid, 'x', 3)]);
    advance(SOON);

    expect(log).toEqual(['x 1', 'x 2', 'x 3']);
  });

  it('goes to whoever is a member when it arrives, and waits for nobody (D49, D50)', () => {
    const { nodes, advance } = cluster(['a', 'b']);
    const [a, b] = nodes;
    const log: unknown[] = [];
    const [one] = [1, 2].map((who) => member(b, log, () => who)) as [Pid, Pid];
    advance(SOON);
    expect(a.system.groups.broadcast('g', 'hi')).toBe(2);
    b.system.groups.leave('g', one);
    member(b, log, () => 3);
    advance(SOON);

    expect(log).toEqual([2, 3]);
  });

  it('does not go on from where it has arrived (D49)', () => {
    const { nodes, advance } = cluster(['a', 'b', 'c']);
    const log: unknown[] = [];
    for (const node of nodes) member(node, log);
    advance(SOON);
    nodes[0].system.groups.broadcast('g', 'hi');
    advance(SOON);

    expect(log).toHaveLength(3);
  });

  it('that cannot cross is a warning, and local members get it (D27, D49)', () => {
    const { nodes, advance } = cluster(['a', 'b']);
    const [a, b] = nodes;
    const log: unknown[] = [];
    for (const node of [a, b]) member(node, log, ({ topic }) => topic);
    advance(SOON);
    const seen = troubles(a);
    const payload = { deep: [() => {}] };
    expect(a.system.groups.broadcast('g', 'hi', payload)).toBe(1);
    advance(SOON);

    expect(log).toEqual(['hi']);
    expect(seen).toEqual([
      ['unencodable', expect.stringMatching(/broadcast of 'hi' cannot cross: .*payload\.deep/)],
    ]);
  });

  it('leaves out a node whose link is full: a drop event, and it is not counted (D16, D49)', () => {
    const { nodes, nats, advance } = cluster(['a', 'b', 'c']);
    const [a, b, c] = nodes;
    const log: unknown[] = [];
    for (const node of [b, b, c])
      member(node, log, ({ payload }) => (payload as Uint8Array).length);
    advance(SOON);
    const seen = troubles(a);
    nats.freeze('b');
    const payload = new Uint8Array(3 * 2 ** 20);
    const counts = [1, 2, 3].map(() => {
      const count = a.system.groups.broadcast('g', 'hi', payload);
      advance(100);
      return count;
    });

    expect(counts).toEqual([3, 3, 1]);
    expect(log).toEqual(new Array(3).fill(payload.length));
    expect(seen).toEqual([['drop', 'overflow', 2, undefined]]);
  });

  it('counts nobody on a lost node (D9, D49)', () => {
    const { nodes, nats, advance } = cluster(['a', 'b']);
    const [a, b] = nodes;
    b.system.groups.join('g', crowd(b, 1));
    advance(SOON);
    nats.kill('b');
    advance(SILENCE);

    expect(a.system.groups.broadcast('g', 'hi')).toBe(0);
  });
});
