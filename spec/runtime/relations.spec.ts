import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Pid, System } from '../../lib/index.js';
import { kernelOf, type Process } from '../../lib/runtime/index.js';
import {
  brief,
  collect,
  crossed,
  monitorsOf,
  type Puppet,
  puppet,
  settled,
  turns,
} from '../support/runtime.js';
import { WORLDS } from '../support/worlds.js';

const SIZE = 5;
const index = fc.nat(SIZE - 1);

type Act =
  | { readonly act: 'link' | 'unlink'; readonly a: number; readonly b: number }
  | {
      readonly act: 'crash' | 'normal' | 'shutdown' | 'terminate' | 'trap' | 'untrap';
      readonly a: number;
    };

const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('link' as const), a: index, b: index }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('unlink' as const), a: index, b: index }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constantFrom('crash', 'normal', 'shutdown', 'terminate', 'trap', 'untrap'),
      a: index,
    }),
  },
) as fc.Arbitrary<Act>;

async function group(system: System): Promise<Puppet[]> {
  const puppets: Puppet[] = [];
  for (let i = 0; i < SIZE; i++) puppets.push(await puppet(system));
  return puppets;
}

/** Acts by self where it can: at once; what a dead process is asked for is refused and means nothing. */
function perform(system: System, puppets: readonly Puppet[], step: Act): void {
  const { self, pid } = puppets[step.a] as Puppet;
  try {
    if (step.act === 'link') self.link((puppets[step.b] as Puppet).pid);
    else if (step.act === 'unlink') self.unlink((puppets[step.b] as Puppet).pid);
    else if (step.act === 'crash') self.exit(new Error(`${step.a}`));
    else if (step.act === 'terminate') system.terminate(pid);
    else if (step.act === 'trap' || step.act === 'untrap') {
      self.setOptions({ trapLinks: step.act === 'trap' });
    } else self.exit(step.act);
  } catch (error) {
    expect(error).toMatchObject({ name: 'ProcessError' });
  }
}

const peersOf = (system: System, pid: Pid): Pid[] =>
  [...(system[kernelOf].processes.get(pid)?.links.keys() ?? [])].map((peer) => peer.pid);

/** Each link of a living process is held by both ends, under the same identity. */
function expectSymmetry(system: System): void {
  const living: ReadonlySet<unknown> = new Set(system[kernelOf].processes.values());
  for (const process of system[kernelOf].processes.values()) {
    for (const [peer, link] of process.links) {
      if (living.has(peer)) expect((peer as Process).links.get(process)).toBe(link);
      else expect(peersOf(system, peer.pid)).toContain(process.pid);
    }
  }
}

/** What §5 and §6 say of one step after the other, in a few lines. */
class Model {
  readonly links = new Set<string>();
  readonly traps = new Set<number>();
  readonly exits = new Map<number, string>();
  readonly downs: string[][] = Array.from({ length: SIZE }, () => []);

  /** Between two nodes a link to a dead process is asked for, and ends who does not trap (D34). */
  constructor(readonly areTwoNodes: boolean) {}

  step({ act, a, ...rest }: Act & { b?: number }): void {
    const b = rest.b ?? a;
    const pair = [a, b].sort().join();
    if (this.exits.has(a)) return;
    if (act === 'trap') this.traps.add(a);
    else if (act === 'untrap') this.traps.delete(a);
    else if (act === 'unlink') this.links.delete(pair);
    else if (act === 'crash') this.end(a, `error ${a}`);
    else if (act === 'terminate') this.end(a, 'killed');
    else if (act !== 'link') this.end(a, act);
    else if (this.exits.has(b) && this.traps.has(a)) this.downs[a]?.push('noproc');
    else if (a !== b && !this.exits.has(b)) this.links.add(pair);
    else if (this.exits.has(b) && this.areTwoNodes && (a - b) % 2 !== 0) this.end(a, 'noproc');
  }

  end(a: number, reason: string): void {
    if (this.exits.has(a)) return;
    this.exits.set(a, reason);
    for (const pair of [...this.links].filter((each) => each.split(',').includes(`${a}`))) {
      this.links.delete(pair);
      const peer = pair
        .split(',')
        .map(Number)
        .find((each) => each !== a) as number;
      if (reason === 'normal' || this.exits.has(peer)) continue;
      if (this.traps.has(peer)) this.downs[peer]?.push(reason);
      else this.end(peer, reason);
    }
  }
}

describe.each(WORLDS)(
  'links, under any sequence of link, unlink, trap and exit, $world',
  ({ quiet, either, runs }) => {
    it('end as the reference model says, step by step (K1–K8, E1)', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(act, { maxLength: 30 }), async (steps) => {
          const system = quiet();
          const puppets = await group(system);
          const exits = puppets.map(({ pid }) =>
            collect(system.monitor(pid), (e) => brief(e.reason)),
          );
          const downs = puppets.map(({ self }) =>
            collect(self.signals$, (signal) =>
              'result' in signal ? brief(signal.reason) : signal.kind,
            ),
          );
          crossed(system);
          const model = new Model(either('later', false, true));
          for (const step of steps) {
            perform(system, puppets, step);
            await settled(system);
            model.step(step);
            expectSymmetry(system);
          }

          expect(exits).toEqual(puppets.map((_, i) => [model.exits.get(i) ?? []].flat()));
          expect(downs.map((each) => each.toSorted())).toEqual(
            model.downs.map((each) => each.toSorted()),
          );
          expect(
            [...system[kernelOf].processes.values()].reduce(
              (sum, { links }) => sum + links.size,
              0,
            ),
          ).toBe(model.links.size * 2);
        }),
        { numRuns: runs },
      );
    });

    it('are symmetric once the run queue is idle, whatever crossed in it (K1, M3)', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(act, { maxLength: 12 }), { maxLength: 4 }),
          async (bursts) => {
            const system = quiet();
            const puppets = await group(system);
            const exits = puppets.map(({ pid }) => collect(system.monitor(pid)));
            crossed(system);
            for (const burst of bursts) {
              for (const step of burst) perform(system, puppets, step);
              await settled(system);
              expectSymmetry(system);
            }

            const alive = puppets.map(({ pid }) => system[kernelOf].processes.has(pid));
            expect(exits.map(({ length }) => length)).toEqual(
              alive.map((lives) => (lives ? 0 : 1)),
            );
          },
        ),
        { numRuns: runs },
      );
    });
  },
);

describe.each(WORLDS)(
  'monitors, under any sequence of monitor, demonitor, kill and exit, $world',
  ({ quiet, runs }) => {
    const step = fc.record({
      act: fc.constantFrom('monitor', 'monitor', 'outside', 'demonitor', 'kill', 'exit', 'pause'),
      a: index,
      b: index,
    });

    it('deliver exactly one EXIT each, unless given back or their watcher is dead (N3, N4, N6)', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const system = quiet();
          const puppets = await group(system);
          const monitors: {
            of: number;
            by: number | undefined;
            seen: number;
            live: boolean;
            stop(): void;
          }[] = [];
          for (const { act, a, b } of steps) {
            const { self } = puppets[a] as Puppet;
            const { pid } = puppets[b] as Puppet;
            if (act === 'pause') await turns(1);
            else if (act === 'kill') system.terminate(pid);
            else if (act === 'exit') self.exit('normal');
            else if (act === 'demonitor') {
              const monitor = monitors[(a * SIZE + b) % Math.max(1, monitors.length)];
              if (monitor?.seen === 0) monitor.live = false;
              monitor?.stop();
            } else {
              const by = act === 'outside' ? undefined : a;
              const monitor = {
                of: b,
                by,
                seen: 0,
                live: true,
                stop: () => subscription.unsubscribe(),
              };
              const exit$ = by === undefined ? system.monitor(pid) : self.monitor(pid);
              const subscription = exit$.subscribe(() => monitor.seen++);
              monitors.push(monitor);
            }
          }
          await settled(system);
          const lives = (i: number | undefined) =>
            i === undefined || system[kernelOf].processes.has((puppets[i] as Puppet).pid);
          const watching = monitors.map(({ by }) => lives(by));
          for (const [i, { seen, of, live }] of monitors.entries()) {
            expect(seen).toBeLessThanOrEqual(1);
            if (live && watching[i]) expect(seen).toBe(lives(of) ? 0 : 1);
            if (!live) expect(seen).toBe(0);
          }
          for (const process of system[kernelOf].processes.values()) {
            const due = monitors.filter(
              ({ of, live }, i) =>
                live && watching[i] && (puppets[of] as Puppet).pid === process.pid,
            );
            expect(monitorsOf(system, process.pid)).toBe(due.length);
          }
        }),
        { numRuns: runs },
      );
    });
  },
);
