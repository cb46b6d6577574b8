import { describe, expect, it } from '@jest/globals';
import { NEVER, Subject } from 'rxjs';
import { act, type Self, type System, topic } from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import {
  brief,
  Clock,
  collect,
  crossed,
  deferred,
  exitOf,
  type Puppet,
  puppet,
  settled,
  within,
} from '../support/runtime.js';
import { lives, WORLDS } from '../support/worlds.js';

const boom = new Error('boom');

const linksOf = (system: System, { pid }: Puppet): string[] =>
  [...(system[kernelOf].processes.get(pid)?.links.keys() ?? [])].map((peer) => peer.pid);

const trapping = (self: Self): string[] => {
  self.setOptions({ trapLinks: true });
  return collect(self.signals$, (signal) =>
    signal.kind === 'pid.link.down' ? brief(signal.reason) : signal.kind,
  );
};

async function pair(system: System) {
  return { system, a: await puppet(system), b: await puppet(system) };
}

describe.each(WORLDS)('trapLinks, $world', ({ quiet, either }) => {
  it('is false by default: an abnormal exit of a peer ends the process without an event (K4, K5)', async () => {
    const { system, a, b } = await pair(quiet());
    const signals = collect(a.self.signals$);
    const exits = collect(system.monitor(a.pid));
    a.self.link(b.pid);
    await settled(system);
    b.self.exit(boom);

    await settled(system);
    expect(signals).toEqual([]);
    expect(exits.map(({ reason }) => reason)).toEqual([{ type: 'error', error: boom }]);
    expect(exits[0]?.result.error === boom).toBe(either('copies', true, false));
  });

  it.each([
    { options: { trapLinks: 1 } },
    { options: { trapLinks: 'yes' } },
    { options: { trapLinks: undefined } },
    { options: {} },
    { options: undefined },
    { options: { trapLinks: true, other: 1 } },
    { options: { other: true } },
  ])('refuses $options, and changes nothing (K4)', async ({ options }) => {
    const { system, a, b } = await pair(quiet());
    expect(() => a.self.setOptions(options as never)).toThrow(
      expect.objectContaining({ code: 'Invalid' }),
    );
    a.self.link(b.pid);
    b.self.exit(boom);

    await settled(system);
    expect(lives(system, a.pid)).toBe(false);
  });

  it('counts as it is when the signal is processed (K4)', async () => {
    const outcome = async (before: boolean, after: boolean): Promise<boolean> => {
      const { system, a, b } = await pair(quiet());
      a.self.setOptions({ trapLinks: before });
      a.self.link(b.pid);
      await settled(system);
      b.self.exit(boom);
      a.self.setOptions({ trapLinks: after });
      await settled(system);
      return lives(system, a.pid);
    };

    expect([await outcome(true, false), await outcome(false, true)]).toEqual([false, true]);
  });

  it('brings LINK_DOWN in the events stream, and the process lives (K6)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    const a = await puppet(system);
    const b = await puppet(system);
    a.self.setOptions({ trapLinks: true });
    const signals = collect(a.self.signals$);
    a.self.link(b.pid);
    await settled(system);
    scheduler.advance(100);
    b.self.exit(boom);

    await settled(system);
    expect(signals).toEqual([
      {
        kind: 'pid.link.down',
        from: b.pid,
        at: 100,
        reason: { type: 'error', error: boom },
        result: { error: boom },
      },
    ]);
    expect([a.log, lives(system, a.pid), linksOf(system, a)]).toEqual([[], true, []]);
  });

  it('brings LINK_DOWN to a subscriber that comes later, too (C2, M7)', async () => {
    const { system, a, b } = await pair(quiet());
    a.self.setOptions({ trapLinks: true });
    a.self.link(b.pid);
    await settled(system);
    b.self.exit(boom);
    await settled(system);
    const signals = trapping(a.self);

    await settled(system);
    expect(signals).toEqual(['error boom']);
  });

  it.each([true, false])('%p, a normal exit of a peer means nothing (K7)', async (trapLinks) => {
    const { system, a, b } = await pair(quiet());
    a.self.setOptions({ trapLinks });
    const signals = collect(a.self.signals$);
    a.self.link(b.pid);
    await settled(system);
    b.self.exit('normal');

    await settled(system);
    expect([signals, lives(system, a.pid), linksOf(system, a)]).toEqual([[], true, []]);
  });

  it('with a monitor on the same peer brings both, EXIT first (K8)', async () => {
    const { system, a, b } = await pair(quiet());
    const log: string[] = [];
    a.self.setOptions({ trapLinks: true });
    a.self.link(b.pid);
    a.self.signals$.subscribe(({ kind }) => log.push(kind));
    a.self.monitor(b.pid).subscribe(({ kind }) => log.push(kind));
    await settled(system);
    b.self.exit(boom);

    await settled(system);
    expect(log).toEqual(['pid.exit', 'pid.link.down']);
  });
});

describe.each(WORLDS)('EXIT and LINK_DOWN of one peer, $world', ({ quiet }) => {
  it('come the other way round where messages of a held reader come before the EXIT (K8, M10)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const go = new Subject<never>();
    const self = deferred<Self>();
    const pid = system.spawn((inbox, me) => {
      self.resolve(me);
      return inbox.pipe(
        act(({ payload }) => {
          log.push(payload);
          return payload === 1 ? go : [];
        }),
      );
    });
    crossed(system);
    const me = await within(self.promise);
    const peer = await puppet(system);
    me.setOptions({ trapLinks: true });
    me.link(peer.pid);
    me.signals$.subscribe(({ kind }) => log.push(kind));
    me.monitor(peer.pid).subscribe(({ kind }) => log.push(kind));
    await settled(system);
    for (const n of [1, 2]) peer.self.send(pid, topic('x'), n);
    peer.self.exit(new Error('gone'));
    await settled(system);
    go.complete();

    await settled(system);
    expect(log).toEqual([1, 'pid.link.down', 2, 'pid.exit']);
  });
});

describe.each(WORLDS)('propagation, $world', ({ quiet }) => {
  it('ends each process of a cycle once, with the first reason (K8, K5)', async () => {
    const system = quiet();
    const ring = [await puppet(system), await puppet(system), await puppet(system)];
    for (const [i, { self }] of ring.entries()) self.link(ring[(i + 1) % 3]?.pid as string);
    await settled(system);
    const exits = ring.map(({ pid }) => exitOf(system, pid));
    ring[1]?.self.exit(boom);

    await settled(system);
    expect(exits).toEqual([['error boom'], ['error boom'], ['error boom']]);
  });

  it('stops at a process that traps (K6)', async () => {
    const system = quiet();
    const [a, b, c] = [await puppet(system), await puppet(system), await puppet(system)];
    a.self.link(b.pid);
    b.self.link(c.pid);
    const signals = trapping(b.self);
    await settled(system);
    a.self.exit(boom);

    await settled(system);
    expect([signals, lives(system, c.pid)]).toEqual([['error boom'], true]);
  });

  it('reaches a child that was spawned linked (S1, K5)', async () => {
    const { system, a } = await pair(quiet());
    const { pid } = a.self.spawnLinked(() => NEVER);
    const exits = exitOf(system, pid);
    a.self.exit(boom);

    await settled(system);
    expect(exits).toEqual(['error boom']);
  });
});
