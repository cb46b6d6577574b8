import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ignoreElements, map, merge, NEVER, switchMap, tap, timer } from 'rxjs';
import {
  act,
  type Behavior,
  type Inbox,
  receive,
  reply,
  type System,
  send,
  supervise,
} from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { deferred, puppet, quiet, settled, turns, within } from '../support/runtime.js';

/** A system with a context, and a log of `what` with the store that was in force. */
function withContext() {
  const als = new AsyncLocalStorage<string>();
  const log: string[] = [];
  const note = (what: unknown): void => void log.push(`${what} ${als.getStore()}`);
  const system = quiet({ context: als });
  const notes: Behavior = (inbox) =>
    inbox.pipe(
      tap(({ topic }) => note(topic)),
      ignoreElements(),
    );
  return { als, log, note, system, notes };
}

describe('the context of', () => {
  it('a message is that of its sending, and none where there was none (F1)', async () => {
    const { als, log, system, notes } = withContext();
    const pid = system.spawn(notes);
    als.run('r1', () => system.send(pid, 'a', 1));
    system.send(pid, 'b', 2);
    als.run('r2', () => system.send(pid, 'c', 3));

    await settled(system);
    expect(log).toEqual(['a r1', 'b undefined', 'c r2']);
  });

  it('a message is that of its sending, also where it had to wait inside act (F1)', async () => {
    const { als, log, note, system } = withContext();
    const go = deferred();
    const pid = system.spawn((inbox, self) =>
      merge(inbox, self.listen('b')).pipe(
        act(async ({ topic }) => {
          note(topic);
          await go.promise;
        }),
      ),
    );
    als.run('r1', () => system.send(pid, 'a', 1));
    als.run('r2', () => system.send(pid, 'b', 2));
    await settled(system);
    go.resolve();

    await settled(system);
    expect(log).toEqual(['a r1', 'b r2']);
  });

  it('a message goes on with what its handler sends, spawns and asks (F1)', async () => {
    const { als, log, note, system, notes } = withContext();
    const last = system.spawn(notes);
    const answers = system.spawn((inbox) =>
      inbox.pipe(
        tap(({ topic }) => note(topic)),
        map((m) => reply(m, 'answer')),
      ),
    );
    const first = system.spawn((inbox, self) =>
      inbox.pipe(
        map(() => {
          self.spawn(() => {
            note('child');
            return NEVER;
          });
          self.call(answers, 'question', 1).subscribe(note);
          self.send(last, 'by self', 1);
          return send(last, 'by command', 1);
        }),
      ),
    );
    als.run('r1', () => system.send(first, 'a', 1));

    await settled(system);
    expect(log.sort()).toEqual(
      ['answer', 'by command', 'by self', 'child', 'question'].map((what) => `${what} r1`),
    );
  });

  it.each<{ what: string; behavior: (note: (what: unknown) => void) => Behavior }>([
    {
      what: 'nobody subscribed',
      behavior: (note) => (inbox) =>
        timer(5).pipe(
          switchMap(() => inbox),
          tap(({ topic }) => note(topic)),
          ignoreElements(),
        ),
    },
    {
      what: 'act held it',
      behavior: (note) => (inbox) =>
        inbox.pipe(
          act((m) => {
            note(m.topic);
            return timer(1).pipe(ignoreElements());
          }),
        ),
    },
    {
      what: 'its listener was held',
      behavior: (note) => (_inbox, self) =>
        self.listen('*').pipe(
          act((m) => {
            note(m.topic);
            return timer(1).pipe(ignoreElements());
          }),
        ),
    },
  ])('a message is in force although $what and it waited (F1)', async ({ behavior }) => {
    const { als, log, note, system } = withContext();
    const heard = deferred();
    const hears = (topic: unknown): void => {
      note(topic);
      if (log.length === 4) heard.resolve();
    };
    const pid = als.run('spawn', () => system.spawn((...given) => behavior(hears)(...given)));
    for (const n of [1, 2, 3]) als.run(`r${n}`, () => system.send(pid, `m${n}`, n));
    system.send(pid, 'm4', 4);

    await within(heard.promise);
    expect(log).toEqual(['m1 r1', 'm2 r2', 'm3 r3', 'm4 undefined']);
  });

  it('a message survives the closing of its listener and an upgrade (F1, M6, U2)', async () => {
    const { als, log, note, system, notes } = withContext();
    system.define('next', notes);
    const { pid, self } = await puppet(system);
    const listening = self
      .listen('x')
      .pipe(act(() => NEVER))
      .subscribe();
    await settled(system);
    for (const n of [1, 2, 3]) als.run(`r${n}`, () => system.send(pid, 'x', n));
    await settled(system);
    als.run('closing', () => listening.unsubscribe());
    als.run('upgrade', () => self.upgrade('next'));

    await settled(system);
    expect(log).toEqual(['x r2', 'x r3']);
    note('outside');
    expect(log.at(-1)).toBe('outside undefined');
  });

  it('a spawn and of an upgrade is that of the call of the behaviour (F1)', async () => {
    const { als, log, note, system } = withContext();
    const self = deferred<{ upgrade(id: string): void }>();
    system.define('next', () => {
      note('next');
      return NEVER;
    });
    als.run('r1', () =>
      system.spawn((_inbox, me) => {
        note('first');
        self.resolve(me);
        return NEVER;
      }),
    );
    const me = await within(self.promise);
    als.run('r2', () => me.upgrade('next'));

    await settled(system);
    expect(log).toEqual(['first r1', 'next r2']);
  });

  it('a signal is that of its sending: CANCEL, exit and the EXIT of who ends by them (F1)', async () => {
    const { als, log, note, system } = withContext();
    const { pid, self } = await puppet(system);
    self.setOptions({ trapLinks: true });
    self.signals$.subscribe(({ kind }) => note(kind));
    const other = await puppet(system);
    self.monitor(other.pid).subscribe(({ kind }) => note(kind));
    self.link(other.pid);
    await settled(system);
    als.run('r1', () => system.cancel(pid));
    als.run('r2', () => system.exit(other.pid, new Error('x')));

    await settled(system);
    expect(log).toEqual(['pid.cancel r1', 'pid.exit r2', 'pid.link.down r2']);
  });

  it('an async generator is that of its spawn: what it awaits brings no other (F2)', async () => {
    const { als, log, note, system } = withContext();
    const pid = als.run('spawn', () =>
      system.spawn(async function* (inbox: Inbox) {
        for await (const { topic } of receive(inbox)) {
          note(topic);
          yield;
        }
      }),
    );
    als.run('r1', () => system.send(pid, 'a', 1));
    als.run('r2', () => system.send(pid, 'b', 1));

    await settled(system);
    expect(log).toEqual(['a spawn', 'b spawn']);
  });

  it('a crash is that of the message that caused it (F1)', async () => {
    const { als, log, note, system } = withContext();
    const exits = (system: System): void => {
      const pid = system.spawn((inbox) => {
        inbox.subscribe(() => {
          throw new Error('bad');
        });
        return NEVER;
      });
      system.events$.subscribe(({ type }) => type === 'exited' && note(type));
      als.run('r1', () => system.send(pid, 'a', 1));
    };
    exits(system);

    await settled(system);
    expect(log).toEqual(['exited r1']);
  });

  it('a crash is not that of the restart: who comes back is nobody’s request (F1, V1)', async () => {
    const { als, log, note, system } = withContext();
    const behavior: Behavior = (inbox) => {
      note('starts');
      return inbox.pipe(
        map(() => {
          throw new Error('boom');
        }),
      );
    };
    const child = { id: 'a', name: 'a', behavior };
    for (const backoff of [undefined, { initial: 1 }]) {
      const plan = { intensity: 9, children: [child], ...(backoff && { backoff }) };
      const top = als.run('r1', () => system.spawn(supervise(plan)));
      await settled(system);
      als.run('r2', () => system.send('a', 'x', 1));
      while (log.length < 2) await turns(1);
      system.terminate(top);
      await settled(system);
      expect(log.splice(0)).toEqual(['starts r1', 'starts undefined']);
    }
  });

  it('every message is its own, however they are mixed (F1)', async () => {
    const stores = fc.array(fc.tuple(fc.nat(3), fc.boolean()), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(stores, async (plan) => {
        const als = new AsyncLocalStorage<number>();
        const system = testSystem({ context: als });
        const seen: unknown[] = [];
        const pid = system.spawn((inbox) =>
          inbox.pipe(
            act(({ payload }) => {
              seen.push([payload, als.getStore()]);
              return payload === true ? timer(1, system.scheduler).pipe(ignoreElements()) : [];
            }),
          ),
        );
        for (const [store, isSlow] of plan) als.run(store, () => system.send(pid, 'x', isSlow));
        system.advance(100);
        expect(seen).toEqual(plan.map(([store, isSlow]) => [isSlow, store]));
      }),
    );
  });
});

describe('createSystem with a context', () => {
  it.each([null, 7, {}, { getStore: () => 1 }, { run: () => 1 }])('refuses %p', (context) => {
    expect(() => quiet({ context: context as never })).toThrow(
      expect.objectContaining({ code: 'Invalid', message: expect.stringContaining('context') }),
    );
  });

  it('hands an error of nobody on to whoever drains, as without one (S8)', () => {
    const system = testSystem({ context: new AsyncLocalStorage() });
    const receive = (): void => {
      throw new Error('mine');
    };
    system[kernelOf].queue.push({ receive }, undefined);

    expect(() => system.flush()).toThrow('mine');
  });
});
