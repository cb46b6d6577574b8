import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { finalize, map, NEVER, throwError } from 'rxjs';
import { act, type Behavior, type Inbox, receive, type Self, upgrade } from '../../lib/index.js';
import {
  Clock,
  deferred,
  exitOf,
  idle,
  puppet,
  quiet,
  settled,
  within,
} from '../support/runtime.js';
import { prepared } from './prepared.js';

describe('what an upgrade keeps', () => {
  it('is PID, names, host, trapLinks and what others have of it (U2)', async () => {
    const system = quiet({ hosts: { blue: {} } });
    const signals: unknown[] = [];
    system.define('next', (_inbox, self) => {
      self.signals$.subscribe((s) => signals.push(`${s.kind} ${self.pid}`));
      return NEVER;
    });
    const { pid, self } = await puppet(system, { host: 'blue', name: 'it' });
    const peers = [await puppet(system), await puppet(system)] as const;
    self.setOptions({ trapLinks: true });
    self.link(peers[0].pid);
    peers[1].self.link(pid);
    const exits = exitOf(system, pid);
    await settled(system);
    self.upgrade('next');
    await settled(system);
    expect(system.info('it')).toMatchObject({ pid, host: 'blue', behavior: 'next', depth: 0 });

    for (const peer of peers) system.exit(peer.pid, new Error('peer'));
    await settled(system);
    expect([signals, exits]).toEqual([Array(2).fill(`pid.link.down ${pid}`), []]);
    system.terminate('it');
    await settled(system);
    expect(exits).toEqual(['killed']);
  });

  it('is its membership of groups (U2)', async () => {
    const system = prepared();
    const { pid, self } = await puppet(system);
    self.join('g');
    self.join('g');
    self.upgrade('next');
    await settled(system);

    expect(system.groups.members('g')).toEqual([pid, pid]);
    expect(system.groups.broadcast('g', 'x', 1)).toBe(1);
  });

  it('is a link that ends a peer when the new body crashes (U2, K5)', async () => {
    const system = quiet();
    system.define('next', () => throwError(() => new Error('new')));
    const { self } = await puppet(system);
    const peer = await puppet(system);
    const exits = exitOf(system, peer.pid);
    peer.self.link(self.pid);
    await settled(system);
    self.upgrade('next');

    await settled(system);
    expect(exits).toEqual(['error new']);
  });

  it('is the deadline of a cancel (U2, C1)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    system.define('next', idle);
    const { pid, self } = await puppet(system);
    const exits = exitOf(system, pid);
    system.cancel(pid, { deadline: 100 });
    await settled(system);
    self.upgrade('next');
    await settled(system);
    scheduler.advance(100);

    await settled(system);
    expect(exits).toEqual(['killed']);
  });

  it.each<{ what: string; old: (log: unknown[]) => Behavior }>([
    {
      what: 'in an inbox that is held',
      old: (log) => (inbox) =>
        inbox.pipe(
          act((m) => {
            log.push(`old ${m.topic} ${m.payload}`);
            return m.topic === 'up' ? upgrade('next') : NEVER;
          }),
        ),
    },
    {
      what: 'for a listener that is held',
      old: (log) => (_inbox, self) =>
        self.listen('*').pipe(
          act((m) => {
            log.push(`old ${m.topic} ${m.payload}`);
            return NEVER;
          }),
        ),
    },
    { what: 'that nobody reads', old: () => idle },
    {
      what: 'for a generator at work',
      old: (log) =>
        async function* (inbox: Inbox) {
          for await (const m of receive(inbox)) {
            log.push(`old ${m.topic} ${m.payload}`);
            yield* [];
            await new Promise(() => {});
          }
        },
    },
  ])('is every message $what, in its order (U2, M3)', async ({ what, old }) => {
    const log: unknown[] = [];
    const system = prepared(log);
    const self = deferred<Self>();
    const behavior = old(log);
    const pid = system.spawn((inbox, me) => {
      self.resolve(me);
      return behavior(inbox, me);
    });
    for (const n of [1, 2, 3]) system.send(pid, 'a', n);
    const me = await within(self.promise);
    await settled(system);
    me.upgrade('next');
    system.send(pid, 'b', 4);

    await settled(system);
    const taken = what === 'that nobody reads' ? 'new a 1' : 'old a 1';
    expect(log).toEqual([taken, 'new a 2', 'new a 3', 'new b 4']);
  });

  it('is every message once and in order, upgraded at any place (U2, M3)', async () => {
    const upgradesAnywhere = fc.array(fc.boolean(), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(upgradesAnywhere, fc.boolean(), async (plan, isHeld) => {
        const log: unknown[] = [];
        const system = quiet();
        const handle = ({ payload }: { payload: unknown }) => {
          const n = payload as number;
          log.push(n);
          return plan[n] ? upgrade() : undefined;
        };
        system.define('it', (inbox) => inbox.pipe(isHeld ? act(handle) : map(handle)));
        const pid = system.spawn('it');
        for (const n of plan.keys()) system.send(pid, 'x', n);
        await settled(system);
        expect(log).toEqual([...plan.keys()]);
        await system.shutdown();
      }),
      { numRuns: 30 },
    );
  });

  it('is every message that the old body sends to its own process as it ends (U2, U3)', async () => {
    const log: unknown[] = [];
    const system = prepared(log);
    const self = deferred<Self>();
    system.spawn((inbox, me) => {
      const says = (text: string) => ({ complete: () => void me.send(me.pid, text, 1) });
      inbox.subscribe(says('inbox'));
      me.listen('x').subscribe(says('listen'));
      me.signals$.subscribe(says('signals'));
      self.resolve(me);
      return NEVER.pipe(finalize(() => me.send(me.pid, 'pipeline', 1)));
    });
    const me = await within(self.promise);
    await settled(system);
    me.upgrade('next');

    await settled(system);
    const words = ['pipeline', 'inbox', 'listen', 'signals'];
    expect(log).toEqual(words.map((text) => `new ${text} 1`));
  });

  it('is the count of what waits (U2, M11)', async () => {
    const system = quiet({ mailbox: { capacity: 3 } });
    system.define('next', idle);
    const { pid, self } = await puppet(system);
    self.upgrade('next');
    const sends = [1, 2, 3, 4].map((n) => system.send(pid, 'a', n));

    await settled(system);
    expect(sends).toEqual([true, true, true, false]);
    expect(system.processes()).toEqual([expect.objectContaining({ depth: 3 })]);
  });
});
