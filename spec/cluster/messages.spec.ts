import { describe, expect, it } from '@jest/globals';
import { collect, reads } from '../support/runtime.js';
import { nodesOf } from './support/nodes.js';

describe('two nodes', () => {
  it('see each other (D4, D14)', () => {
    const { nodes } = nodesOf(['a', 'b']);
    expect(nodes.map(({ cluster }) => cluster.nodes())).toEqual([
      [{ name: 'b', id: 'b~1', meta: undefined }],
      [{ name: 'a', id: 'a~1', meta: undefined }],
    ]);
  });

  it('send', () => {
    const { nodes, advance } = nodesOf(['a', 'b']);
    const [a, b] = nodes as [(typeof nodes)[0], (typeof nodes)[0]];
    const log: unknown[] = [];
    const pid = b.system.spawn(reads(log));
    expect(a.system.send(pid, 'hi', 1)).toBe(true);
    expect(a.system.send(pid, 'hi', 2)).toBe(true);
    const exits = collect(a.system.monitor(pid), ({ reason }) => reason.type);
    advance(10);
    expect(log).toEqual(['hi 1', 'hi 2']);
    b.system.terminate(pid);
    advance(10);
    expect(exits).toEqual(['killed']);
  });
});
