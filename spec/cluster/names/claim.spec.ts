import { describe, expect, it } from '@jest/globals';
import { ignoreElements, tap } from 'rxjs';
import type { Behavior, Pid } from '../../../lib/index.js';
import { collect, exitOf, idle, tables, turns } from '../../support/runtime.js';
import type { Node } from '../support/nodes.js';
import { found, lookups, named, outcome, site } from './support.js';

/** Defines `room` on all nodes; each start is written down, with what it was given and reads. */
function rooms(nodes: readonly Node[]): string[] {
  const log: string[] = [];
  for (const { system } of nodes) {
    const room: Behavior = (inbox, self) => {
      log.push(`start ${self.args.join()}`);
      return inbox.pipe(
        tap(({ topic, payload }) => log.push(`${topic} ${payload}`)),
        ignoreElements(),
      );
    };
    system.define('room', room);
  }
  return log;
}

const processes = (nodes: readonly Node[]): Pid[] =>
  nodes.flatMap(({ system }) => system.processes().map(({ pid }) => pid));

describe('claim', () => {
  it('spawns a process under a free name, which runs when the name is its own (D43)', () => {
    const { nodes, a, advance } = site(['a', 'b']);
    const log = rooms(nodes);
    const options = { args: ['x'], messages: [{ topic: 'first', payload: 1 }] };
    const got = outcome(a.cluster.names.claim('@room', 'room', options));

    const [pid] = processes(nodes);
    expect([got, log]).toEqual([[], []]);
    expect(a.system.send('@room', 'hi', 2)).toBe(true);
    expect(a.cluster.names.lookup('@room')).toBeUndefined();
    advance(10);
    expect(got).toEqual([pid, 'done']);
    expect(log).toEqual(['start x', 'first 1', 'hi 2']);
    expect(lookups(nodes, '@room')).toEqual([pid, pid]);
  });

  it('emits who has the name, and spawns nothing (D43)', () => {
    const { nodes, a, b, advance } = site(['a', 'b']);
    const log = rooms(nodes);
    const pid = named(a, '@room', advance);

    for (const { cluster } of [a, b]) {
      expect(outcome(cluster.names.claim('@room', 'room'))).toEqual([pid, 'done']);
    }
    expect([log, processes(nodes)]).toEqual([[], [pid]]);
  });

  it('does not know the id: NotFound, as of spawn; an option that is none: Invalid at once (D43)', () => {
    const { a } = site(['a']);
    expect(outcome(a.cluster.names.claim('@room', 'none'))).toEqual(['NotFound']);
    expect(() => a.cluster.names.claim('@room', 'x', { name: 'y' } as object)).toThrow(/name/);
    expect(tables(a.system)).toMatchObject({ processes: 0 });
  });

  it.each(Array.from({ length: 20 }, (_, seed) => ({ seed, count: 2 + (seed % 2) })))(
    'of $count nodes at once gives one process, with the messages of all (D43), seed $seed',
    ({ seed, count }) => {
      const names = ['a', 'b', 'c'].slice(0, count);
      const { nats, nodes, advance } = site(names, { seed });
      const log = rooms(nodes);
      nats.delay(0, 5);
      const got = nodes.map(({ cluster }) => outcome(cluster.names.claim('@room', 'room')));
      for (const [at, { system }] of nodes.entries()) system.send('@room', 'from', at);
      advance(50);
      for (const [at, { system }] of nodes.entries()) system.send('@room', 'then', at);
      advance(50);

      const living = processes(nodes);
      const [pid] = living;
      expect(living).toHaveLength(1);
      expect(got).toEqual(nodes.map(() => [pid, 'done']));
      expect(lookups(nodes, '@room')).toEqual(nodes.map(() => pid));
      const each = nodes.flatMap((_, at) => [`from ${at}`, `then ${at}`]);
      expect([...log].sort()).toEqual([...each, 'start '].sort());
      expect(log[0]).toBe('start ');
    },
  );

  it('keeps the order of a sender whose process has lost (D43, M3)', () => {
    const { nodes, scheduler, a, b, advance } = site(['a', 'b']);
    const log = rooms(nodes);
    outcome(b.cluster.names.claim('@room', 'room'));
    const sends = (word: string): void => {
      for (const at of [0, 1, 2]) a.system.send('@room', word, at);
    };
    // The answers come after 1 and 2 ms; what is sent just before the last one is still in the run queue then.
    scheduler.schedule(() => sends('queued'), 2);
    const got = outcome(a.cluster.names.claim('@room', 'room').pipe(tap(() => sends('late'))));
    sends('early');
    advance(20);

    expect(got).toHaveLength(2);
    const words = ['early', 'queued', 'late'];
    expect(log).toEqual([
      'start ',
      ...words.flatMap((word) => [0, 1, 2].map((at) => `${word} ${at}`)),
    ]);
  });

  it('that loses ends what watches, links or asks its process, which never ran (D43)', () => {
    const { nodes, a, b, advance } = site(['a', 'b']);
    const log = rooms(nodes);
    outcome(b.cluster.names.claim('@room', 'room'));
    outcome(a.cluster.names.claim('@room', 'room'));
    const exits = exitOf(a.system, '@room');
    const asked = outcome(a.system.call('@room', 'q'));
    advance(20);

    expect(exits).toEqual(['shutdown it did not get the name']);
    expect(asked).toEqual(['Unavailable']);
    expect(log).toEqual(['start ']);
  });

  it('twice on one node is one question, and one process (D43)', () => {
    const { nodes, a, advance } = site(['a']);
    const log = rooms(nodes);
    const claim$ = a.cluster.names.claim('@room', 'room');
    const got = Array.from({ length: 2_000 }, () => outcome(claim$));
    advance(20);

    const [pid] = processes(nodes);
    expect(got).toEqual(got.map(() => [pid, 'done']));
    expect(log).toEqual(['start ']);
  });

  it.each([0, 1, 2])(
    'that is unsubscribed after %d ms leaves nothing behind, or one whole owner (D43)',
    (millis) => {
      const { nodes, a, b, advance } = site(['a', 'b']);
      const log = rooms(nodes);
      const subscription = a.cluster.names.claim('@room', 'room').subscribe();
      advance(millis);
      const isDecided = subscription.closed;
      subscription.unsubscribe();
      advance(20);

      expect(log).toEqual(isDecided ? ['start '] : []);
      expect(processes(nodes)).toHaveLength(isDecided ? 1 : 0);
      expect(found(b, '@room', advance)).toBe(isDecided ? processes(nodes)[0] : undefined);
    },
  );

  it('whose process is ended before it ran is Unavailable, and leaves no key (D43)', () => {
    const { nodes, a, b, advance } = site(['a', 'b']);
    rooms(nodes);
    const got = outcome(a.cluster.names.claim('@room', 'room'));
    a.system.terminate('@room');
    advance(20);

    expect(got).toEqual(['Unavailable']);
    expect(found(b, '@room', advance)).toBeUndefined();
    expect(named(b, '@room', advance)).toBeDefined();
  });

  it('against a process that registers on the same node gives way to it (D41, D43)', () => {
    const { nodes, a, advance } = site(['a']);
    rooms(nodes);
    const pid = a.system.spawn(idle);
    const [registered, claimed] = [
      outcome(a.cluster.names.register('@room', pid)),
      outcome(a.cluster.names.claim('@room', 'room')),
    ];
    advance(10);

    expect(registered).toEqual([{ pid, revision: 1 }, 'done']);
    expect(claimed).toEqual([pid, 'done']);
    expect(processes(nodes)).toEqual([pid]);
  });

  it('tells of messages that cannot go on: no node, or not to be encoded (D43)', () => {
    const { nodes, a, b, advance } = site(['a', 'b']);
    rooms(nodes);
    const warned = collect(a.system.events$, (event) => event.type);
    outcome(b.cluster.names.claim('@room', 'room'));
    outcome(a.cluster.names.claim('@room', 'room'));
    a.system.send('@room', 'fn', () => {});
    advance(20);

    expect(warned).toContain('warning');
  });

  it('lets a process of a node that leaves be claimed elsewhere at once (D43, D63)', () => {
    const { nodes, a, b, advance } = site(['a', 'b']);
    const log = rooms(nodes);
    outcome(a.cluster.names.claim('@room', 'room'));
    advance(20);
    void a.cluster.leave();
    advance(5);
    const got = outcome(b.cluster.names.claim('@room', 'room'));
    advance(20);

    const [, pid] = processes(nodes);
    expect(got).toEqual([pid, 'done']);
    expect(log).toEqual(['start ', 'start ']);
    expect(outcome(a.cluster.names.claim('@other', 'room'))).toEqual(['Unavailable']);
  });

  it('of a node that is shut down goes on at another one, which claims it at its EXIT: a rolling deploy (D65)', async () => {
    const { nodes, a, b, advance } = site(['a', 'b']);
    rooms(nodes);
    outcome(a.cluster.names.claim('@room', 'room'));
    advance(20);
    const exits: string[] = [];
    b.system.monitor('@room').subscribe(({ reason }) => {
      exits.push(reason.type);
      outcome(b.cluster.names.claim('@room', 'room'));
    });
    advance(20);
    void a.system.shutdown();
    for (let i = 0; i < 5; i++) {
      await turns(1);
      advance(5);
    }

    expect(exits).toEqual(['shutdown']);
    expect([b.cluster.names.lookup('@room')]).toEqual(processes([b]));
  });
});

describe('a held process', () => {
  it('is stopped with its system, and has not run (D43, O3)', async () => {
    const { nodes, a, advance } = site(['a']);
    const log = rooms(nodes);
    const got = outcome(a.cluster.names.claim('@room', 'room'));
    void a.system.shutdown();
    await turns(2);
    advance(100);

    expect(got).toEqual(['Unavailable']);
    expect([log, processes(nodes)]).toEqual([[], []]);
  });
});
