import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { concat, EMPTY, ignoreElements, merge, of, tap } from 'rxjs';
import { type Message, type Pid, type Self, type System, send } from '../../lib/index.js';
import { puppet, settled, turns } from '../support/runtime.js';
import { lives, WORLDS } from '../support/worlds.js';

/** A process that traps and writes down all that it gets, in order. */
async function witness(system: System, ...watch: Pid[]): Promise<{ pid: Pid; log: string[] }> {
  const log: string[] = [];
  const pid = system.spawn((inbox, self) => {
    self.setOptions({ trapLinks: true });
    const exit$ = watch.map((target) => self.monitor(target).pipe(tap(() => log.push('EXIT'))));
    for (const target of watch) self.link(target);
    return merge(
      inbox.pipe(tap(({ payload }) => log.push(String(payload)))),
      self.signals$.pipe(tap(({ kind }) => log.push(kind === 'pid.cancel' ? 'CANCEL' : 'DOWN'))),
      ...exit$,
    ).pipe(ignoreElements());
  });
  await settled(system);
  return { pid, log };
}

describe.each(WORLDS)(
  'the order from one process to another, $world',
  ({ quiet, either, runs }) => {
    it('is that of sending, for messages, EXIT and LINK_DOWN (M3, K8)', async () => {
      const system = quiet();
      const a = await puppet(system);
      const b = await witness(system, a.pid);
      a.self.send(b.pid, 'x', 1);
      a.self.send(b.pid, 'x', 2);
      a.self.exit(new Error('end'));

      await settled(system);
      expect(b.log).toEqual(['1', '2', 'EXIT', 'DOWN']);
    });

    it('holds for the words of a teardown, which come before the EXIT (M3, E3)', async () => {
      const system = quiet();
      const target = await puppet(system);
      const to = (): Pid => either('names', 'witness', b.pid);
      const a: Pid = system.spawn((inbox, self) => {
        self.abortSignal.addEventListener('abort', () => self.send(to(), 'x', 'aborted'));
        return inbox.pipe(
          tap({ finalize: () => self.send(to(), 'x', 'finalized') }),
          ignoreElements(),
        );
      });
      const b = await witness(system, a, target.pid);
      system.names.register('witness', b.pid);
      system.terminate(a);

      await settled(system);
      expect(b.log).toEqual(['finalized', 'aborted', 'EXIT', 'DOWN']);
    });

    it('holds for CANCEL among messages from outside (M3)', async () => {
      const system = quiet();
      const b = await witness(system);
      system.send(b.pid, 'x', 1);
      system.cancel(b.pid);
      system.send(b.pid, 'x', 2);

      await settled(system);
      expect(b.log).toEqual(['1', 'CANCEL', '2']);
    });

    it('holds for terminate: what was sent before arrives, what comes after does not (M3, C3)', async () => {
      const system = quiet();
      const b = await puppet(system);
      system.send(b.pid, 'x', 1);
      system.terminate(b.pid);
      system.send(b.pid, 'x', 2);

      await settled(system);
      expect(b.log).toEqual(['x 1']);
    });

    it('holds for link and unlink: a death between them counts, one outside does not (M3)', async () => {
      const outcome = async (act: (a: Self, b: Pid) => void): Promise<boolean> => {
        const system = quiet();
        const a = await puppet(system);
        const b = await puppet(system);
        act(a.self, b.pid);
        a.self.exit(new Error('down'));
        await settled(system);
        return lives(system, b.pid);
      };

      expect([
        await outcome((a, b) => a.link(b)),
        await outcome((a, b) => {
          a.link(b);
          a.unlink(b);
        }),
        await outcome((a, b) => {
          a.link(b);
          a.unlink(b);
          a.link(b);
        }),
      ]).toEqual([false, true, false]);
    });

    it('is kept by commands and self.send alike (M3)', async () => {
      const system = quiet();
      const b = await puppet(system);
      system.spawn((_inbox, self) => {
        self.send(b.pid, 'x', 1);
        return concat(
          of(send(b.pid, 'x', 2)),
          of(undefined).pipe(tap(() => self.send(b.pid, 'x', 3))),
          of(send(b.pid, 'x', 4)),
          EMPTY,
        );
      });

      await settled(system);
      expect(b.log).toEqual(['x 1', 'x 2', 'x 3', 'x 4']);
    });

    type Deed = 'message' | 'burst' | 'link' | 'unlink' | 'pause' | 'die';
    const deed = fc.record({
      from: fc.nat(2),
      to: fc.nat(1),
      deed: fc.constantFrom<Deed>('message', 'message', 'burst', 'link', 'unlink', 'pause', 'die'),
    });

    it('holds for each pair under any interleaving of messages, links and deaths (M3, N5, N6)', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(deed, { maxLength: 60 }), async (deeds) => {
          const system = quiet();
          const senders = [await puppet(system), await puppet(system), await puppet(system)];
          const logs: Record<Pid, string[]>[] = [];
          const watchers: Pid[] = [];
          for (let i = 0; i < 2; i++) {
            const byPair: Record<Pid, string[]> = {};
            for (const { pid } of senders) byPair[pid] = [];
            const note = (from: Pid | undefined, what: unknown) =>
              byPair[from ?? '']?.push(`${what}`);
            logs.push(byPair);
            watchers.push(
              system.spawn((inbox, self) => {
                self.setOptions({ trapLinks: true });
                return merge(
                  inbox.pipe(tap((m: Message) => note(m.from, m.payload))),
                  self.signals$.pipe(tap((signal) => note(signal.from, 'DOWN'))),
                  ...senders.map(({ pid }) =>
                    self.monitor(pid).pipe(tap((exit) => note(exit.from, 'EXIT'))),
                  ),
                ).pipe(ignoreElements());
              }),
            );
          }
          await settled(system);

          const expected = logs.map((byPair) => structuredClone(byPair));
          const linked = new Set<string>();
          const dead = new Set<number>();
          let n = 0;
          for (const { from, to, deed } of deeds) {
            const { self, pid } = senders[from] as (typeof senders)[number];
            if (deed === 'pause') await turns(1);
            if (dead.has(from)) continue;
            const target = watchers[to] as Pid;
            const pair = `${from} ${to}`;
            const told = expected[to]?.[pid] as string[];
            for (let i = deed === 'burst' ? 5 : Number(deed === 'message'); i > 0; i--) {
              self.send(target, 'x', ++n);
              told.push(`${n}`);
            }
            if (deed === 'link') linked.add(pair) && self.link(target);
            if (deed === 'unlink') linked.delete(pair) && self.unlink(target);
            if (deed !== 'die') continue;
            dead.add(from);
            self.exit(new Error('dies'));
            for (const [i, byPair] of expected.entries()) {
              byPair[pid]?.push('EXIT', ...(linked.has(`${from} ${i}`) ? ['DOWN'] : []));
            }
          }

          await settled(system);
          expect(logs).toEqual(expected);
        }),
        { numRuns: runs },
      );
    });
  },
);
