import { describe, expect, it } from '@jest/globals';
import { ignoreElements, NEVER, tap } from 'rxjs';
import { Effort } from '../../lib/devtools/views/effort.js';
import { Views } from '../../lib/devtools/views/views.js';
import type { Watch } from '../../lib/devtools/wire/ask.js';
import { type Behavior, send, supervise } from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { type TestSystem, testSystem } from '../../lib/testing/live/testSystem.js';

const idle: Behavior = (inbox) => inbox.pipe(ignoreElements());
const closed: Behavior = () => NEVER;
const worker: Behavior = (inbox) =>
  inbox.pipe(
    tap(({ topic }) => {
      if (topic === 'crash') throw new Error('boom');
    }),
    ignoreElements(),
  );

/** What a watch has told so far. */
function watched(system: TestSystem, watch: Exclude<Watch, { watch: 'life' }>, payloads = false) {
  // biome-ignore lint/suspicious/noExplicitAny: each watch has values of its own
  const told: any[] = [];
  const views = new Views({
    ...{ system, hubs: () => [], payloads },
    effort: new Effort(system[kernelOf]),
  });
  const subscription = views.of(watch).subscribe({
    next: (value) => told.push(value),
    error: ({ code, message }) => told.push(`${code}: ${message}`),
    complete: () => told.push('complete'),
  });
  return { told, end: () => subscription.unsubscribe() };
}

const window = { descending: false, filter: '', from: 0, count: 3 } as const;
const LIST = { watch: 'processes', sort: 'pid', ...window } as const;

describe('processes', () => {
  function crowd(): TestSystem {
    const system = testSystem();
    for (const name of ['b', 'a', 'c', 'd']) system.spawn(idle, { name });
    const busy = system.spawn(closed, { name: 'busy' });
    system.advance(10);
    for (const topic of ['one', 'two']) system.send(busy, topic);
    system.send('c', 'one');
    system.flush();
    return system;
  }
  const namesOf = ({ rows }: { rows: readonly { names: readonly string[] }[] }) =>
    rows.map(({ names }) => names[0]).join(' ');

  it('are told in the order of their spawn, those in sight only, with how many there are (DV6)', () => {
    const { told } = watched(crowd(), { ...LIST, from: 1 });

    expect(told).toMatchObject([{ total: 5, matching: 5, from: 1 }]);
    expect(namesOf(told[0])).toBe('a c d');
    expect(told[0].rows[1]).toEqual({
      ...{ pid: expect.any(String), names: ['c'], behavior: 'idle', host: 'main' },
      ...{ status: 'running', depth: 0, handled: 1, uptime: 10 },
    });
  });

  it.each([
    { sort: 'name', descending: false, seen: 'a b busy' },
    { sort: 'name', descending: true, seen: 'd c busy' },
    { sort: 'depth', descending: true, seen: 'busy b a' },
    { sort: 'handled', descending: true, seen: 'c b a' },
    { sort: 'behavior', descending: false, seen: 'busy b a' },
    { sort: 'pid', descending: true, seen: 'busy d c' },
    { sort: 'uptime', descending: false, seen: 'b a c' },
  ] as const)('are ordered by $sort, descending $descending (DV6)', ({ seen, ...order }) => {
    const { told } = watched(crowd(), { ...LIST, ...order });

    expect(namesOf(told[0])).toBe(seen);
  });

  it('are filtered by name, behaviour and host, whatever the case (DV6)', () => {
    const { told } = watched(crowd(), { ...LIST, filter: 'CLOS' });

    expect(told).toMatchObject([{ total: 5, matching: 1, rows: [{ names: ['busy'] }] }]);
  });

  it('are told again each second, and an order is not made anew before (DV6)', () => {
    const system = crowd();
    const { told, end } = watched(system, { ...LIST, sort: 'name' });
    system.spawn(idle, { name: '0' });
    system.advance(999);
    expect(told).toHaveLength(1);
    system.advance(1);

    expect(told.map(namesOf)).toEqual(['a b busy', '0 a b']);
    end();
    system.advance(5_000);
    expect(told).toHaveLength(2);
  });
});

describe('tree', () => {
  const tree = supervise({
    children: [
      { id: 'one', behavior: worker },
      { id: 'two', behavior: worker },
    ],
  });
  /** Each place with its restarts. */
  const places = ([root]: readonly { children: readonly { id: string; restarts: number }[] }[]) =>
    root?.children.map(({ id, restarts }) => `${id} ${restarts}`).join(', ');

  it('is told at once, and 100 ms after a crash at the latest, with the restarts (DV7)', () => {
    const system = testSystem();
    const pid = system.spawn(tree, { name: 'tree' });
    system.flush();
    const { told } = watched(system, { watch: 'tree' });
    const [{ children }] = told[0];
    system.advance(1_000);
    system.send(children[1].pid, 'crash');
    system.advance(100);

    expect(told.map(places)).toEqual(['one 0, two 0', 'one 0, two 1']);
    expect(told[1]).toMatchObject([
      {
        pid,
        name: 'tree',
        type: 'supervisor',
        strategy: 'one_for_one',
        children: [{ pid: children[0].pid }, {}],
      },
    ]);
    expect(told[1][0].children[1].pid).not.toBe(children[1].pid);
  });

  it('is not told again where nothing of it has changed (DV7)', () => {
    const system = testSystem();
    system.spawn(tree);
    system.flush();
    const { told } = watched(system, { watch: 'tree' });
    system.spawn(idle);
    system.advance(1_000);

    expect(told).toHaveLength(1);
  });
});

describe('process', () => {
  it('is told with those around it each second, and completes after its end (DV8)', () => {
    const system = testSystem();
    const other = system.spawn(idle, { name: 'other' });
    const pid = system.spawn((inbox, self) => {
      self.link(other);
      return inbox.pipe(ignoreElements());
    });
    system.flush();
    const { told } = watched(system, { watch: 'process', pid });
    system.advance(1_000);
    system.terminate(pid);
    system.advance(1_000);

    expect(told).toMatchObject([
      { pid, links: [other], labels: { [other]: 'other' }, monitoredBy: [], timers: 0 },
      { pid, uptime: 1_000 },
      'complete',
    ]);
  });

  it.each([
    { pid: 'nobody', text: '' },
    { pid: '{main|0x00009}', text: '' },
    { pid: '{b~1@main|0x00001}', text: ' here: look at the devtools of the node b~1' },
  ])('is told to be missing: $pid (DV8)', ({ pid, text }) => {
    const { told } = watched(testSystem(), { watch: 'process', pid });

    expect(told).toEqual([`NotFound: there is no process ${pid}${text}`]);
  });
});

describe('overview', () => {
  it('has the figures of each second, and drops only while somebody looks (DV5)', () => {
    const system = testSystem();
    const pid = system.spawn(idle);
    system.send('nobody', 'lost');
    system.flush();
    const { told, end } = watched(system, { watch: 'overview' });
    for (let i = 0; i < 3; i++) system.send(pid, 'hi');
    system.send('nobody', 'lost');
    system.advance(1_000);
    system.advance(1_000);
    end();

    expect(told).toMatchObject([
      { processes: 1, connections: 0, channels: 0, deadLetters: 1, drops: 0, sent: 0 },
      { deadLetters: 0 },
    ]);
    expect(told[0].heap).toBeGreaterThan(1_000_000);
  });
});

describe('events', () => {
  const ALL = { watch: 'events', types: [], filter: '' } as const;

  it('are told ten times a second, each on a line, without payloads (DV10)', () => {
    const system = testSystem();
    const { told } = watched(system, ALL);
    const pid = system.spawn(worker, { name: 'w' });
    system.send(pid, 'crash', 'a secret');
    system.send('nobody', 'hello', 'a secret');
    system.advance(100);

    expect(told).toEqual([
      {
        events: [
          { n: 1, at: 0, type: 'spawned', pid, text: 'w by the application' },
          { n: 2, at: 0, type: 'exited', pid, text: 'Error: boom' },
          { n: 3, at: 0, type: 'deadLetter', text: 'hello from outside to nobody: no process' },
        ],
      },
    ]);
    system.advance(1_000);
    expect(told).toHaveLength(1);
  });

  it('are those of some types, and with some text (DV10)', () => {
    const system = testSystem();
    const some = watched(system, { ...ALL, types: ['spawned'] });
    const part = watched(system, { ...ALL, filter: 'LEFT' });
    for (const name of ['left', 'right']) system.terminate(system.spawn(idle, { name }));
    system.advance(100);

    expect(some.told[0].events.map(({ type }: { type: string }) => type)).toEqual([
      'spawned',
      'spawned',
    ]);
    expect(part.told).toMatchObject([{ events: [{ text: 'left by the application' }] }]);
  });

  it('of dead letters have what was said, only where payloads are shown and while one looks (DV3, DV10)', () => {
    const system = testSystem();
    const { undeliveredWatchers } = system[kernelOf];
    const { told, end } = watched(system, ALL, true);
    system.send('nobody', 'hello', { secret: 1 });
    system.advance(100);

    expect(told).toMatchObject([{ events: [{ payload: '{ secret: 1 }' }] }]);
    expect(undeliveredWatchers.size).toBe(1);
    end();
    expect(undeliveredWatchers.size).toBe(0);
  });

  it('beyond 50 in a tenth of a second are counted (DV10)', () => {
    const system = testSystem();
    const { told } = watched(system, { ...ALL, types: ['spawned'] });
    for (let i = 0; i < 70; i++) system.spawn(idle);
    system.advance(100);

    expect(told).toMatchObject([{ skipped: 20 }]);
    expect(told[0].events).toHaveLength(50);
    expect(told[0].events.at(-1).n).toBe(70);
  });

  it('tell of a send that was nobody’s in one line (DV10)', () => {
    const system = testSystem();
    const { told } = watched(system, ALL);
    const pid = system.spawn(() => [send('nobody', 'x'), send('nobody', 'x')]);
    system.advance(100);

    expect(told[0].events.map(({ text }: { text: string }) => text)).toContain(
      `2 × x from ${pid} to nobody: no process`,
    );
  });
});
