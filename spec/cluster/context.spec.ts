import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import { map, NEVER, VirtualTimeScheduler } from 'rxjs';
import { incarnate, joinCluster, type Propagate } from '../../lib/cluster/index.js';
import { type Behavior, reply } from '../../lib/index.js';
import { memoryNats } from '../../lib/testing/cluster/memoryNats.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { collect } from '../support/runtime.js';

interface Store {
  readonly request: string;
}

/** Two nodes, each with a context of its own, as two programs have. */
function joined(propagate: Propagate) {
  const scheduler = new VirtualTimeScheduler();
  const nats = memoryNats({ scheduler });
  const warnings: string[] = [];
  const nodes = ['a', 'b'].map((name) => {
    const context = new AsyncLocalStorage<Store>();
    const system = testSystem({ scheduler, context, node: incarnate(name, '1') });
    const options = { transport: nats.transport(), propagate, spawnable: ['w'] };
    const cluster = joinCluster(system, options);
    system.events$.subscribe((event) => {
      if (event.type === 'warning') warnings.push(event.message);
    });
    return { context, system, cluster };
  });
  const [a, b] = nodes as [(typeof nodes)[0], (typeof nodes)[0]];
  a.system.advance(4_000);
  const seen: unknown[] = [];
  const tells: Behavior = (inbox) =>
    inbox.pipe(
      map((message) => {
        seen.push(b.context.getStore());
        return message.ref === undefined
          ? undefined
          : reply(message, b.context.getStore()?.request);
      }),
    );
  return { a, b, seen, warnings, pid: b.system.spawn(tells) };
}

const byId: Propagate = {
  out: (store) => (store as Store).request,
  in: (value) => ({ request: `${value} of a` }),
};

describe('the context of a request', () => {
  it('goes with a spawn, in whose context the process begins (D31, F1)', () => {
    const { a, b } = joined(byId);
    const seen: unknown[] = [];
    b.system.define('w', () => {
      seen.push(b.context.getStore());
      return NEVER;
    });
    a.context.run({ request: 'r1' }, () => a.cluster.spawn('b', 'w').subscribe());
    a.system.advance(10);

    expect(seen).toEqual([{ request: 'r1 of a' }]);
  });

  it('crosses as propagate makes it, with a message and a question (D31)', () => {
    const { a, seen, pid } = joined(byId);
    a.context.run({ request: 'r1' }, () => a.system.send(pid, 'note'));
    a.system.send(pid, 'note');
    const replies = a.context.run({ request: 'r2' }, () => collect(a.system.call(pid, 'ask')));
    a.system.advance(10);

    expect(seen).toEqual([{ request: 'r1 of a' }, undefined, { request: 'r2 of a' }]);
    expect(replies).toEqual(['r2 of a']);
  });

  it('crosses with a broadcast (D31, D49)', () => {
    const { a, b, seen, pid } = joined(byId);
    b.system.groups.join('g', pid);
    a.system.advance(10);
    a.context.run({ request: 'r1' }, () => a.system.groups.broadcast('g', 'note'));
    a.system.advance(10);

    expect(seen).toEqual([{ request: 'r1 of a' }]);
  });

  it('is lost where a function fails, and the message is not (D31)', () => {
    const failing = { out: byId.out, in: () => JSON.parse('{') };
    const { a, seen, pid, warnings } = joined(failing);
    a.context.run({ request: 'r1' }, () => a.system.send(pid, 'note'));
    a.system.advance(10);

    expect(seen).toEqual([undefined]);
    expect(warnings).toEqual([expect.stringContaining('propagate.in has failed')]);
  });

  it('has two functions, or none', () => {
    const system = testSystem({ node: incarnate('a', '1') });
    const propagate = { out: () => 1 } as never;
    expect(() => joinCluster(system, { propagate })).toThrow('propagate has two functions');
  });
});
