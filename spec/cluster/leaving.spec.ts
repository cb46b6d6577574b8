import { describe, expect, it } from '@jest/globals';
import { reads, turns } from '../support/runtime.js';
import { type Node, nodesOf } from './support/nodes.js';

describe('a node that leaves', () => {
  it.each([
    { what: 'what is lost on its way is sent again', lostFor: 500, log: ['n 1', 'n 2', 'left'] },
    { what: 'for 2 s', lostFor: 2_500, log: ['left'] },
  ])('waits until all has arrived: $what (D63)', async ({ lostFor, log }) => {
    const { nats, nodes, advance } = nodesOf(['a', 'b']);
    const [a, b] = nodes as [Node, Node];
    const seen: unknown[] = [];
    const pid = a.system.spawn(reads(seen));

    nats.lose(1);
    b.system.send(pid, 'n', 1);
    b.system.send(pid, 'n', 2);
    const left = b.cluster.leave().then(() => seen.push('left'));
    for (const millis of [lostFor, 1]) {
      advance(millis);
      await turns(1);
    }
    nats.lose(0);
    for (const millis of [500, 1]) {
      advance(millis);
      await turns(1);
    }
    await left;

    expect(seen).toEqual(log);
  });
});
