import { describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { type Behavior, type ChildSpec, supervise, type TreeNode } from '../../lib/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { idle } from '../support/runtime.js';

const worker = (id: string, more: Partial<ChildSpec> = {}): ChildSpec => {
  return { id, name: id, behavior: idle, ...more };
};

/** A tree as text: `id status strategy`, indented. */
const draw = (nodes: readonly TreeNode[], depth = 0): string[] =>
  nodes.flatMap(({ id = 'root', status, strategy, children }) => [
    `${'  '.repeat(depth)}${[id, status, strategy].filter(Boolean).join(' ')}`,
    ...draw(children, depth + 1),
  ]);

describe('tree', () => {
  it('of a system without supervisors is empty, whatever runs (V7)', () => {
    const system = testSystem();
    system.spawn(idle);
    system.flush();

    expect(system.tree()).toEqual([]);
  });

  it('says of each child who it is, and what has become of it (V7)', () => {
    const system = testSystem();
    system.define('app:store', idle);
    const pid = system.spawn(
      supervise({ children: [worker('store', { behavior: 'app:store' })], backoff: {} }),
    );
    system.flush();
    const root = { pid, type: 'supervisor', status: 'running', strategy: 'one_for_one' };
    const store = { id: 'store', type: 'worker', behavior: 'app:store', children: [] };
    expect(system.tree()).toEqual([
      { ...root, children: [{ ...store, pid: '{main|0x00002}', status: 'running' }] },
    ]);

    system.terminate('store');
    system.flush();
    expect(system.tree()).toEqual([
      { ...root, children: [{ ...store, pid: undefined, status: 'restarting' }] },
    ]);
  });

  it('shows supervisors below supervisors, and forgets the dead (V7)', () => {
    const system = testSystem();
    const inner = supervise({ strategy: 'rest_for_one', children: [worker('x'), worker('y')] });
    const outer = supervise({
      children: [worker('a'), worker('inner', { type: 'supervisor', behavior: inner })],
    });
    const first = system.spawn(outer);
    system.spawn(supervise({ strategy: 'one_for_all', children: [] }));
    system.flush();
    expect(draw(system.tree())).toEqual([
      'root running one_for_one',
      '  a running',
      '  inner running rest_for_one',
      '    x running',
      '    y running',
      'root running one_for_all',
    ]);

    system.terminate(first);
    system.flush();
    expect(draw(system.tree())).toEqual(['root running one_for_all']);
  });

  it('has a supervisor that outlives its own as a root, until it has ended, too (V7)', () => {
    const system = testSystem();
    const slow: Behavior = (_inbox, self) => {
      self.signals$.subscribe();
      return NEVER;
    };
    const inner = supervise({ children: [worker('x', { behavior: slow })] });
    const behavior = supervise({
      children: [worker('inner', { type: 'supervisor', behavior: inner })],
    });
    const outer = system.spawn(behavior);
    system.flush();
    system.terminate(outer);
    system.flush();
    expect(draw(system.tree())).toEqual(['root running one_for_one', '  x stopping']);

    system.advance('5s');
    expect(system.tree()).toEqual([]);
  });

  it('is a snapshot (V7)', () => {
    const system = testSystem();
    system.spawn(supervise({ children: [worker('a')] }));
    system.flush();
    const before = system.tree();
    system.terminate('a');
    system.flush();

    expect(before[0]?.children[0]?.pid).toBe('{main|0x00002}');
  });
});
