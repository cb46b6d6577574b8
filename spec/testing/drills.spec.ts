import { describe, expect, it } from '@jest/globals';
import { interval, map, NEVER } from 'rxjs';
import {
  act,
  type Behavior,
  type Pid,
  type ProcessError,
  reply,
  type Self,
  topic,
} from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { drills, testSystem } from '../../lib/testing/index.js';
import { marbles } from '../support/marbles.js';
import { collect, idle, quiet, reads, refused, settled, within } from '../support/runtime.js';
import { scene } from './scene.js';

const tick = topic<number>('tick');

describe('drill.killOne', () => {
  it('terminates one of those it may hit, in a later turn, and tells which (C3)', () => {
    const system = testSystem();
    const pids = ['a', 'b', 'c'].map((name) => system.spawn(idle, { name }));
    const exits = pids.flatMap((pid) => collect(system.monitor(pid), (exit) => exit.reason.type));
    const killed = drills(system).killOne({ among: ({ names }) => names.includes('b') });
    expect([killed, system.processes().length]).toEqual([pids[1], 3]);
    system.flush();

    expect(exits).toEqual([]);
    expect(system.processes().map(({ pid }) => pid)).toEqual([pids[0], pids[2]]);
  });

  it('hits nobody where there is nobody', () => {
    const system = testSystem();
    system.spawn(idle);

    expect(drills(system).killOne({ among: () => false })).toBeUndefined();
    expect(drills(testSystem()).killOne()).toBeUndefined();
  });

  it('hits everybody sooner or later, the same one for the same seed', () => {
    const hit = (seed: number): Pid | undefined => {
      const system = testSystem();
      for (let i = 0; i < 5; i++) system.spawn(idle);
      return drills(system, { seed }).killOne();
    };
    const seeds = Array.from({ length: 30 }, (_each, seed) => seed);

    expect(seeds.map(hit)).toEqual(seeds.map(hit));
    expect(new Set(seeds.map(hit)).size).toBe(5);
  });
});

describe('drill.kill', () => {
  it('kills one every so often, until it is undone', () => {
    const system = testSystem();
    for (let i = 0; i < 5; i++) system.spawn(idle);
    const undo = drills(system).kill({ every: '2s' });
    const left = ['1.9s', '0.1s', '4s'].map((time) => {
      system.advance(time);
      return system.processes().length;
    });
    undo();
    system.advance('1h');

    expect([left, system.processes().length]).toEqual([[5, 4, 2], 2]);
  });

  it.each([0, 'soon'])('refuses to kill every %j: Invalid', (every) => {
    expect(() => drills(testSystem()).kill({ every })).toThrow(refused('Invalid'));
  });
});

describe('drill.jump', () => {
  const beats = (log: unknown[]): [ReturnType<typeof testSystem>, Behavior] => {
    const system = testSystem();
    const now = (): number => system.scheduler.now();
    const beat: Behavior = () =>
      interval(10_000, system.scheduler).pipe(map(() => void log.push(`beat ${now()}`)));
    return [system, beat];
  };

  it('is later first, then does what has become due, late and in its order', () => {
    const log: unknown[] = [];
    const [system, beat] = beats(log);
    const pid = system.spawn(beat);
    const at = (millis: number): void => {
      system[kernelOf].after(millis, () => log.push(`timer ${millis} ${system.scheduler.now()}`));
    };
    system.flush();
    for (const millis of [30_000, 20_000, 3_600_001]) at(millis);
    system.send(pid, tick, 1);
    drills(system).jump('1h');

    // An interval counts from where it fired: once in the jump, then as ever.
    expect(log).toEqual(['beat 3600000', 'timer 20000 3600000', 'timer 30000 3600000']);
    expect(system.scheduler.now()).toBe(3_600_000);
    system.advance('10s');
    expect(log.slice(3)).toEqual(['timer 3600001 3600001', 'beat 3610000']);
  });

  it('has a call time out that was answered too late (M13)', () => {
    const system = testSystem();
    const log: unknown[] = [];
    const drill = drills(system);
    const pid = system.spawn((inbox) => inbox.pipe(act((m) => reply(m, 1))));
    drill.on({ to: pid }, { delay: '6s' });
    system.call(pid, tick, 1).subscribe({ error: ({ code }) => log.push(code) });
    drill.jump('1m');

    expect(log).toEqual(['Timeout']);
  });

  it('passes on what a timer throws', () => {
    const system = testSystem();
    system[kernelOf].after(1, () => {
      throw new Error('boom');
    });

    expect(() => drills(system).jump('1s')).toThrow('boom');
  });

  it('is refused on a real clock and for what is no duration: Invalid', () => {
    expect(() => drills(quiet()).jump('1h')).toThrow(refused('Invalid'));
    expect(() => drills(testSystem()).jump('soon')).toThrow(refused('Invalid'));
  });

  it(
    'is refused in marbles, where the diagram moves the clock: Invalid',
    marbles(({ scheduler }) => {
      expect(() => drills(testSystem({ scheduler })).jump('1h')).toThrow(refused('Invalid'));
    }),
  );
});

describe('drill.fill', () => {
  it('brings a mailbox to its bound, past all rules; the next send is refused (M11)', () => {
    const system = testSystem({ mailbox: { capacity: 5 } });
    const pid = system.spawn(idle, { name: 'full' });
    system[kernelOf].bound.exempt('ws.leave');
    const drill = drills(system);
    system.send(pid, tick, 1);
    drill.on({}, 'drop');

    expect([drill.fill('full'), drill.fill(pid)]).toEqual([4, 0]);
    drill.stop();
    expect(system.send(pid, tick, 2)).toBe(false);
    expect(system.send(pid, 'ws.leave', 2)).toBe(true);
  });

  it('fills with what it is told, which is read like any message', () => {
    const { system, log, reader, drill } = scene();
    drill.fill(reader, tick);
    system.flush();

    expect([log.length, new Set(log)]).toEqual([10_000, new Set(['0 tick undefined'])]);
  });

  it('brings a mailbox with overflow exit to its end, with one more message (M11)', () => {
    const system = testSystem({ mailbox: { capacity: 5, overflow: 'exit' } });
    const pid = system.spawn(idle);
    const exits = collect(system.monitor(pid), ({ result }) => result.error);
    drills(system).fill(pid);
    system.flush();
    expect(exits).toEqual([]);
    system.send(pid, tick, 1);
    system.flush();

    expect(exits).toEqual([refused('LimitExceeded')]);
  });

  it('is NotFound for nobody, and Invalid for a bad topic or no bound', () => {
    const system = testSystem({ mailbox: { capacity: Number.POSITIVE_INFINITY } });
    const pid = system.spawn(idle);

    expect(() => drills(system).fill('nobody')).toThrow(refused('NotFound'));
    expect(() => drills(system).fill(pid)).toThrow(refused('Invalid'));
    expect(() => scene().drill.fill('reader', '@x')).toThrow(refused('Invalid'));
  });
});

describe('drill.stop', () => {
  it('undoes everything, and hands over at once what is delayed', () => {
    const { system, log, reader, drill } = scene();
    drill.on({}, { delay: '1h' });
    drill.kill({ every: '1s' });
    for (const n of [1, 2]) system.send(reader, tick, n);
    system.flush();
    drill.stop();
    system.flush();
    system.send(reader, tick, 3);
    system.advance('2h');

    expect(log).toEqual(['0 tick 1', '0 tick 2', '0 tick 3']);
    expect([system[kernelOf].drillHook, system[kernelOf].dependents.size]).toEqual([undefined, 0]);
  });

  it('comes with the shutdown of the system, which runs for real', async () => {
    const system = quiet();
    const drill = drills(system);
    const log: unknown[] = [];
    const pid = system.spawn(reads(log));
    drill.on({}, { delay: '1h' });
    drill.kill({ every: '1h' });
    system.send(pid, tick, 1);
    await settled(system);
    expect(log).toEqual([]);
    await within(system.shutdown());

    expect([log, system[kernelOf].drillHook]).toEqual([['tick 1'], undefined]);
  });
});

describe('drills', () => {
  it.each([0.5, Number.NaN])('refuses the seed %p: Invalid', (seed) => {
    expect(() => drills(testSystem(), { seed })).toThrow(refused('Invalid'));
  });

  it('lets a test show that a system recovers', () => {
    const system = testSystem();
    const answers: unknown[] = [];
    const worker: Behavior = (inbox) => inbox.pipe(act((m) => reply(m, 'done')));
    const keeper: Behavior = (_inbox, self: Self) => {
      const start = (): void => {
        self.spawnMonitored(worker, { name: 'worker' }).exit$.subscribe(start);
      };
      start();
      return NEVER;
    };
    system.spawn(keeper);
    system.flush();
    const drill = drills(system, { seed: 3 });
    drill.kill({ among: ({ names }) => names.includes('worker'), every: '3s' });
    drill.on({ to: 'worker', probability: 0.2 }, { delay: '1s' });
    const ask = (n: number): void => {
      system.call('worker', tick, n, { timeout: '2s' }).subscribe({
        next: (answer) => answers.push(answer),
        error: ({ code }: ProcessError) => answers.push(code),
      });
      system.advance('1s');
    };
    for (let n = 0; n < 20; n++) ask(n);
    drill.stop();
    system.advance('2s');
    ask(20);

    expect(answers).toHaveLength(21);
    expect(new Set(answers.slice(0, 20))).toEqual(new Set(['done', 'Unavailable']));
    expect(answers[20]).toBe('done');
  });
});
