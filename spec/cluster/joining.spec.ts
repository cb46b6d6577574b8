import { describe, expect, it } from '@jest/globals';
import { map, VirtualTimeScheduler } from 'rxjs';
import { type ClusterOptions, incarnate, joinCluster } from '../../lib/cluster/index.js';
import { type Behavior, reply } from '../../lib/index.js';
import { memoryNats } from '../../lib/testing/cluster/memoryNats.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { turns } from '../support/runtime.js';
import { endOf, outcomeOf, pairOf } from './support/pair.js';

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;

function alone() {
  const scheduler = new VirtualTimeScheduler();
  const transport = memoryNats({ scheduler }).transport();
  const system = testSystem({ scheduler, node: incarnate('a', '1') });
  return { system, transport };
}

describe('joinCluster', () => {
  it.each([
    ...[null, -1, 'soon'].flatMap((each) =>
      ['beat', 'silence', 'outage'].map((name) => ({ [name]: each })),
    ),
    ...[null, '', 'a.b', {}].map((cluster) => ({ cluster })),
    ...[null, 'id', {}, [5]].map((spawnable) => ({ spawnable })),
    ...[null, 'x', { local: 'x' }, { counted: [1] }, { other: [] }].map((scopes) => ({ scopes })),
    ...[null, 0, 1.5, '1', 2 ** 31].map((maxMessage) => ({ maxMessage })),
    ...[null, 0, 2, 4, 7, '3'].map((replicas) => ({ replicas })),
    ...[null, {}, { out: 1, in: 2 }].map((propagate) => ({ propagate })),
    ...[null, 'nats://x', () => undefined].map((transport) => ({ transport })),
    ...[
      () => {},
      Symbol('s'),
      cyclic,
      {
        get x() {
          throw new Error('no');
        },
      },
      'x'.repeat(70_000),
    ].map((meta) => ({ meta })),
  ])('refuses %p, and joins by the next call that is right (D1, D57)', (wrong) => {
    const { system, transport } = alone();
    const join = (options: object) => () =>
      joinCluster(system, { transport, ...options } as ClusterOptions);
    expect(join(wrong)).toThrow(expect.objectContaining({ code: 'Invalid' }));
    expect(join({})).not.toThrow();
    expect(join({})).toThrow('has joined a cluster already');
  });

  it.each([[undefined], [null], [{}], ['a']])('refuses %p for a system (D1)', (system) => {
    expect(() => joinCluster(system as never)).toThrow(
      expect.objectContaining({ code: 'Invalid', message: expect.stringMatching(/is no system/) }),
    );
  });

  it('is Unavailable for a system that shuts down (O3)', async () => {
    const { system, transport } = alone();
    const down = system.shutdown();
    await turns(2);
    system.advance(10);
    await down;
    expect(() => joinCluster(system, { transport })).toThrow(
      expect.objectContaining({ code: 'Unavailable' }),
    );
  });

  it('under a name that another node has ends the connection, and says why (D5)', async () => {
    const { b, nats, scheduler, advance } = pairOf();
    const states: string[] = [];
    const system = testSystem({ scheduler, node: incarnate('b', '2') });
    const cluster = joinCluster(system, {
      transport: (place) => {
        const made = nats.transport()(place);
        made.state$.subscribe({
          next: (state) => states.push(state),
          complete: () => states.push('ended'),
        });
        return made;
      },
    });
    const { events } = endOf({ system, cluster });
    const ready = cluster.ready().catch(({ code }) => code);
    advance(10_000);
    expect(await ready).toBe('AlreadyExists');
    expect(states).toEqual(['connecting', 'up', 'ended']);
    expect(events).toEqual([
      'left: the node b has left the cluster: ProcessError: another node is called b: give each its own name (D5)',
    ]);
    expect(b.cluster.nodes().map(({ name }) => name)).toEqual(['a']);
  });
});

it('warns two nodes of one id, of which the second does not join (D5)', async () => {
  const { a, b, nats, scheduler, advance } = pairOf();
  const system = testSystem({ scheduler, node: incarnate('b', '1') });
  const cluster = joinCluster(system, { transport: nats.transport() });
  const { events } = endOf({ system, cluster });
  const ready = cluster.ready().catch(({ code }) => code);
  advance(10_000);

  expect(await ready).toBe('AlreadyExists');
  for (const each of [b.events, events]) {
    expect(each[0]).toMatch(/^cluster_duplicate: another node has the id b~1 as well: give each/);
    expect(each.filter((text) => text.startsWith('cluster_duplicate'))).toHaveLength(1);
  }
  expect(a.cluster.nodes().map(({ name }) => name)).toEqual(['b']);
  expect(b.cluster.nodes().map(({ name }) => name)).toEqual(['a']);
});

describe('what a user gets wrong', () => {
  it.each([[5], [undefined], [''], [{}]])(
    'is Invalid at once, and harms no link: an id %p (D38)',
    (id) => {
      const { a, b, advance } = pairOf();
      for (const spawn of [
        () => a.cluster.spawn('b', id as never),
        () => a.cluster.spawnFrom(a.self, 'b', id as never),
      ]) {
        expect(spawn).toThrow(expect.objectContaining({ code: 'Invalid' }));
      }
      advance(10);
      expect([a.events, b.events]).toEqual([[], []]);
    },
  );

  it('a cancel whose reason is too large crosses without it (D22, D24)', () => {
    const { a, b, advance } = pairOf({ maxMessage: 2_000 });
    const reasons: unknown[] = [];
    b.self.signals$.subscribe(({ reason }) => reasons.push(reason));
    a.system.cancel(b.pid, { reason: 'x'.repeat(3_000) });
    a.system.cancel(b.pid, { reason: 'short' });
    advance(10);
    expect(reasons).toEqual([undefined, 'short']);
    expect(a.events).toEqual([expect.stringMatching(/^unencodable: .*above maxMessage/)]);
  });

  it('a reply that cannot cross is Invalid at once, however small maxMessage is (D29)', () => {
    const { a, b, advance } = pairOf({ maxMessage: 1_024 });
    const answers: Behavior = (inbox) =>
      inbox.pipe(map((message) => reply(message, { [long]: () => {} })));
    const log = outcomeOf(a.self, b.system.spawn(answers));
    advance(10);
    expect(log).toEqual([expect.stringMatching(/^Invalid: .*above maxMessage/)]);
  });
});

/** As it stands in the path of what cannot cross, with the stack of the error. */
const long = 'x'.repeat(60);
