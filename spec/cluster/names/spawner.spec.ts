import { describe, expect, it } from '@jest/globals';
import { NEVER, type Observable } from 'rxjs';
import type { Behavior, Pid, Self, Spawned } from '../../../lib/index.js';
import { kernelOf } from '../../../lib/runtime/index.js';
import { brief, idle, reads, refused, tables } from '../../support/runtime.js';
import type { Node } from '../support/nodes.js';
import { outcome, site } from './support.js';

const SPAWNABLE = ['room', 'brief', 'crash'];

/** Two nodes, of which `b` has behaviours for others; what its rooms read is written down. */
function pair() {
  const nodes = site(['a', 'b'], { spawnable: SPAWNABLE });
  const log: unknown[] = [];
  const { system } = nodes.b;
  system.define('room', (inbox, self) => {
    log.push(['start', ...self.args]);
    return reads(log, ({ topic, payload, from }) => [topic, payload, from])(inbox);
  });
  system.define('crash', () => {
    throw new Error('at once');
  });
  system.define('secret', idle);
  return { ...nodes, log };
}

/** The `self` of a new process. */
function selfOf({ system }: Node, advance: (ms: number) => void, log?: unknown[]): Self {
  let me: Self | undefined;
  const behavior: Behavior = (_inbox, self) => {
    me = self;
    if (log !== undefined) self.setOptions({ trapLinks: true });
    if (log !== undefined) self.signals$.subscribe((signal) => log.push(signal));
    return NEVER;
  };
  system.spawn(behavior);
  advance(1);
  return me as Self;
}

/** The exit of what is spawned, in brief. */
function exitsOf(spawned$: Observable<Spawned>): string[] {
  const log: string[] = [];
  spawned$.subscribe({
    next: ({ exit$ }) => exit$.subscribe((exit) => log.push(brief(exit.reason))),
    error: (error) => log.push(error.code),
  });
  return log;
}

describe('spawn', () => {
  it('starts a behaviour of another node by its id, and emits the PID (D38)', () => {
    const { a, b, log, advance } = pair();
    const messages = [{ topic: 'first', payload: 1 }];
    const spawn$ = a.cluster.spawn('b', 'room', { args: ['x', 2], name: 'lobby', messages });
    advance(10);
    expect(tables(b.system)).toMatchObject({ processes: 0 });
    const got = outcome(spawn$);
    advance(10);

    const pid = b.system.names.lookup('lobby');
    expect(got).toEqual([pid, 'done']);
    expect(log).toEqual([
      ['start', 'x', 2],
      ['first', 1, undefined],
    ]);
    expect(a.system.send(pid as Pid, 'then', 2)).toBe(true);
    advance(10);
    expect(log).toHaveLength(3);
  });

  it.each([
    { what: 'no such node', node: 'c', id: 'room', options: {}, code: 'NotFound' },
    { what: 'this node', node: 'a', id: 'room', options: {}, code: 'NotFound' },
    {
      what: 'an id that is not defined there',
      node: 'b',
      id: 'brief',
      options: {},
      code: 'NotFound',
    },
    { what: 'one that is not spawnable', node: 'b', id: 'secret', options: {}, code: 'NotFound' },
    { what: 'no such host', node: 'b', id: 'room', options: { host: 'x' }, code: 'NotFound' },
    {
      what: 'a name that is taken',
      node: 'b',
      id: 'room',
      options: { name: 'old' },
      code: 'AlreadyExists',
    },
    {
      what: 'a name that is none',
      node: 'b',
      id: 'room',
      options: { name: '@x' },
      code: 'Invalid',
    },
    {
      what: 'what cannot cross',
      node: 'b',
      id: 'room',
      options: { args: [() => {}] },
      code: 'Invalid',
    },
  ])('is refused for $what: $code (D38, D39, S4, S5)', ({ node, id, options, code }) => {
    const { a, b, advance } = pair();
    const old = b.system.spawn(idle, { name: 'old' });
    const errors: unknown[] = [];
    a.cluster.spawn(node, id, options).subscribe({ error: (error) => errors.push(error) });
    advance(10);

    const details = code === 'AlreadyExists' ? { existing_pid: old } : {};
    expect(errors).toEqual([refused(code as 'Invalid', details)]);
    expect(tables(b.system)).toMatchObject({ processes: 1 });
  });

  it('finds nothing that another node may start, by default (D39)', () => {
    const { a, b, advance } = site(['a', 'b']);
    b.system.define('room', idle);
    const got = outcome(a.cluster.spawn('b', 'room'));
    advance(10);

    expect(got).toEqual(['NotFound']);
  });

  it('refuses options that nobody knows, at once (D38, I7)', () => {
    const { a } = pair();
    expect(() => a.cluster.spawn('b', 'room', { linked: true } as object)).toThrow(/linked/);
    expect(() => a.cluster.spawn('b', 'room', { args: 1 as never })).toThrow(refused('Invalid'));
  });

  it('is Unavailable where the node goes down meanwhile: it may run or not (D38)', () => {
    const { nats, a, log, advance } = pair();
    nats.freeze('b');
    const got = outcome(a.cluster.spawn('b', 'room'));
    advance(3_000);
    expect(got).toEqual(['Unavailable']);

    nats.thaw('b');
    advance(3_000);
    expect([got, log.length <= 1]).toEqual([['Unavailable'], true]);
  });

  it('is refused by a node that leaves, and on it (D63)', () => {
    const { a, b, advance } = pair();
    const before = [a, b].map(({ system }) => system.processes().length);
    const first = outcome(a.cluster.spawn('b', 'room'));
    void b.cluster.leave();
    const got = [outcome(a.cluster.spawn('b', 'room')), outcome(b.cluster.spawn('a', 'room'))];
    advance(10);

    expect([first, ...got]).toEqual([['Unavailable'], ['Unavailable'], ['Unavailable']]);
    expect([a, b].map(({ system }) => system.processes().length)).toEqual(before);
  });
});

describe('spawnFrom', () => {
  it('watches what it starts before that runs: no exit is missed (D38, S1)', () => {
    const { a, b, advance } = pair();
    const self = selfOf(a, advance);
    const exits = exitsOf(a.cluster.spawnFrom(self, 'b', 'crash', { monitored: true }));
    advance(10);

    expect(exits).toEqual(['error at once']);
    expect(b.system[kernelOf].processes.size).toBe(0);
  });

  it('links what it starts before that runs (D38, S1, K5)', () => {
    const { a, advance } = pair();
    const signals: unknown[] = [];
    const self = selfOf(a, advance, signals);
    const exits = exitsOf(a.cluster.spawnFrom(self, 'b', 'crash', { linked: true }));
    advance(10);

    expect(exits).toEqual(['error at once']);
    expect(signals).toEqual([expect.objectContaining({ kind: 'pid.link.down' })]);
  });

  it('ends what is linked to it with itself (D38, K5)', () => {
    const { a, b, advance } = pair();
    const self = selfOf(a, advance);
    const got = outcome(a.cluster.spawnFrom(self, 'b', 'room', { linked: true }));
    advance(10);
    expect(got).toHaveLength(2);
    const [{ pid }] = got as [Spawned];
    expect(b.system.info(pid)?.links).toEqual([self.pid]);
    expect(a.system.info(self.pid)?.links).toEqual([pid]);

    a.system.terminate(self.pid);
    advance(10);
    expect(b.system.info(pid)).toBeUndefined();
  });

  it('ends what is linked to it also where it has ended before the answer came (D38, K2)', () => {
    const { a, b, log, advance } = pair();
    const self = selfOf(a, advance);
    const got = outcome(a.cluster.spawnFrom(self, 'b', 'room', { linked: true }));
    a.system.terminate(self.pid);
    advance(10);

    expect(got).toEqual(['done']);
    expect(log).toHaveLength(1);
    expect(b.system.processes()).toEqual([]);
  });

  it('gives the sender of its first messages, and is shown as the watcher (D38, D68)', () => {
    const { a, b, log, advance } = pair();
    const self = selfOf(a, advance);
    const messages = [{ topic: 'first', payload: 1 }];
    const got = outcome(a.cluster.spawnFrom(self, 'b', 'room', { monitored: true, messages }));
    advance(10);

    const [{ pid }] = got as [Spawned];
    expect(log).toEqual([['start'], ['first', 1, self.pid]]);
    expect(b.system.info(pid)?.monitoredBy).toEqual([self.pid]);
  });

  it('without relations gives an exit that is watched when somebody asks (D38, N2)', () => {
    const { a, b, advance } = pair();
    const self = selfOf(a, advance);
    const got = outcome(a.cluster.spawnFrom(self, 'b', 'room'));
    advance(10);
    const [{ pid, exit$ }] = got as [Spawned];
    expect(b.system.info(pid)).toMatchObject({ links: [], monitoredBy: [] });

    b.system.terminate(pid);
    advance(10);
    const exits: string[] = [];
    exit$.subscribe((exit) => exits.push(exit.reason.type));
    advance(10);
    expect(exits).toEqual(['noproc']);
  });

  it('that is unsubscribed watches nothing, and the process runs (D38)', () => {
    const { a, b, advance } = pair();
    const self = selfOf(a, advance);
    a.cluster.spawnFrom(self, 'b', 'room', { monitored: true }).subscribe().unsubscribe();
    advance(10);

    const [info] = b.system.processes();
    expect(info).toMatchObject({ monitoredBy: [] });
  });

  it('tells of the loss of the node, to the watcher and to the linked (D9, D38)', () => {
    const { nats, a, advance } = pair();
    const signals: unknown[] = [];
    const self = selfOf(a, advance, signals);
    const exits = exitsOf(a.cluster.spawnFrom(self, 'b', 'room', { linked: true }));
    advance(10);
    nats.kill('b');
    advance(3_000);

    expect(exits).toEqual(['noconnection']);
    expect(signals).toEqual([expect.objectContaining({ reason: { type: 'noconnection' } })]);
    expect(outcome(a.cluster.spawnFrom(self, 'b', 'room'))).toEqual(['NotFound']);
  });

  it('is for processes that live: Unavailable; a self of no system is Invalid (D38)', () => {
    const { a, advance } = pair();
    const self = selfOf(a, advance);
    a.system.terminate(self.pid);
    advance(1);

    expect(outcome(a.cluster.spawnFrom(self, 'b', 'room'))).toEqual(['Unavailable']);
    expect(() => a.cluster.spawnFrom({} as Self, 'b', 'room')).toThrow(refused('Invalid'));
  });
});
