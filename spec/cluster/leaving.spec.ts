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

  it('is answered once more where the acknowledgement of its last word is lost (D63)', async () => {
    const { nats, nodes, advance } = nodesOf(['a', 'b']);
    const [, b] = nodes as [Node, Node];
    let isLeft = false;
    void b.cluster.leave().then(() => {
      isLeft = true;
    });
    for (const [loss, millis] of [
      [0, 0],
      [1, 2],
      [0, 500],
      [0, 1],
    ] as const) {
      nats.lose(loss);
      advance(millis);
      await turns(1);
    }

    expect(isLeft).toBe(true);
  });
});
