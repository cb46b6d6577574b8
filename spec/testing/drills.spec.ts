import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import { interval, map, NEVER } from 'rxjs';
import {
  act,
  type Behavior,
  type Pid,
  type ProcessError,
  reply,
  type Self,
  type SystemEvent,
  topic,
} from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { drills, testSystem } from '../../lib/testing/index.js';
import { marbles } from '../support/marbles.js';
import { collect, idle, quiet, reads, refused, settled, within } from '../support/runtime.js';

const tick = topic<number>('tick');

/** A system, a process in it that writes down what it reads and when, and a drill. */
function scene() {
  const system = testSystem();
  const log: string[] = [];
  const reader = system.spawn(
    reads(log, ({ topic, payload }) => `${system.scheduler.now()} ${topic} ${payload}`),
    { name: 'reader' },
  );
  const drops: SystemEvent[] = [];
  system.events$.subscribe((event) => {
    if (event.type === 'drop') drops.push(event);
  });
  return { system, log, reader, drops, drill: drills(system) };
}

describe('drill.on', () => {
  it('drops what fits, tells the sender nothing, and counts in events (§0)', () => {
    const { system, log, reader, drops, drill } = scene();
    drill.on({ topic: tick }, 'drop');
    const answers = [1, 2].map((n) => system.send(reader, tick, n));
    system.send(reader, 'other', 3);
    system.flush();

    expect([answers, log]).toEqual([[true, true], ['0 other 3']]);
    expect(drops).toEqual([{ type: 'drop', at: 0, pid: reader, reason: 'drill', count: 2 }]);
  });

  it('duplicates what fits, one behind the other, in order (M3)', () => {
    const { system, log, reader, drill } = scene();
    drill.on({ topic: tick }, 'duplicate');
    system.send(reader, tick, 1);
    system.send(reader, 'other', 2);
    system.flush();

    expect(log).toEqual(['0 tick 1', '0 tick 1', '0 other 2']);
  });

  it('delays what fits; what is delayed alike stays in order (M3)', () => {
    const { system, log, reader, drill } = scene();
    drill.on({ topic: tick }, { delay: '1s' });
    for (const n of [1, 2]) system.send(reader, tick, n);
    system.send(reader, 'other', 3);
    system.advance('1s');

    expect(log).toEqual(['0 other 3', '1000 tick 1', '1000 tick 2']);
  });

  it('delays with the context of the sender, whoever moves the clock or ends the drill (F1)', () => {
    const als = new AsyncLocalStorage<string>();
    const system = testSystem({ context: als });
    const log: unknown[] = [];
    const reader = system.spawn(reads(log, ({ topic }) => `${topic} ${als.getStore()}`));
    const drill = drills(system);
    drill.on({}, { delay: '1s' });
    als.run('r1', () => system.send(reader, 'a', 1));
    als.run('r2', () => system.advance('1s'));
    als.run('r3', () => system.send(reader, 'b', 1));
    als.run('r4', () => drill.stop());
    system.flush();

    expect(log).toEqual(['a r1', 'b r3']);
  });

  it('delivers what is delayed to a process that has ended meanwhile to nobody (M5)', () => {
    const { system, reader, drill } = scene();
    const types = collect(system.events$, ({ type }: SystemEvent) => type);
    drill.on({}, { delay: '1s' });
    system.send(reader, tick, 1);
    system.terminate(reader);
    system.advance('1s');

    expect(types).toEqual(['exited', 'deadLetter']);
  });

  it.each<[string, object, string[]]>([
    ['a receiver', { to: '{main|0x00001}' }, []],
    ['a receiver by name', { to: 'reader' }, []],
    ['a sender', { from: '{main|0x00002}' }, ['reader tick 1']],
    ['a sender by name', { from: 'sender' }, ['reader tick 1']],
    ['another receiver', { to: 'sender' }, ['reader tick 1', 'reader tick 2']],
    ['a sender that is nobody', { from: 'nobody' }, ['reader tick 1', 'reader tick 2']],
    ['all of them', { topic: tick, to: 'reader', from: 'sender' }, ['reader tick 1']],
  ])('fits by %s', (_what, rule, left) => {
    const system = testSystem();
    const log: string[] = [];
    const reader = system.spawn(
      reads(log, ({ topic, payload }) => `reader ${topic} ${payload}`),
      { name: 'reader' },
    );
    const sender = system.spawn(
      (_inbox, self) => {
        self.send(reader, tick, 2);
        return NEVER;
      },
      { name: 'sender' },
    );
    drills(system).on(rule, 'drop');
    system.send(reader, tick, 1);
    system.flush();

    expect([reader, sender]).toEqual(['{main|0x00001}', '{main|0x00002}']);
    expect(log).toEqual(left);
  });

  it('meets whoever has a name now, such as a process started anew', () => {
    const { system, log, reader, drill } = scene();
    drill.on({ to: 'reader' }, 'drop');
    system.terminate(reader);
    system.flush();
    system.spawn(reads(log), { name: 'reader' });
    system.send('reader', tick, 1);
    system.flush();

    expect(log).toEqual([]);
  });

  it('leaves what nothing else may lose alone, unless it is named (M11)', () => {
    const { system, log, reader, drill } = scene();
    system[kernelOf].bound.exempt.add('ws.leave');
    const undo = drill.on({}, 'drop');
    system.send(reader, 'ws.leave', 1);
    undo();
    drill.on({ topic: 'ws.leave' }, 'drop');
    system.send(reader, 'ws.leave', 2);
    system.flush();

    expect(log).toEqual(['0 ws.leave 1']);
  });

  it('meets broadcasts and the questions of calls, and no reply (G4, M13)', () => {
    const system = testSystem();
    const answering: Behavior = (inbox) => inbox.pipe(act((m) => reply(m, m.payload)));
    const server = system.spawn(answering);
    const log: unknown[] = [];
    system.groups.join('g', system.spawn(reads(log)));
    const ask = (n: number): void => {
      system.call(server, tick, n, { timeout: '1s' }).subscribe({
        next: (value) => log.push(value),
        error: ({ code }: ProcessError) => log.push(code),
      });
    };
    const drill = drills(system);
    drill.on({ topic: 'tick' }, 'drop');
    ask(1);
    system.groups.broadcast('g', tick, 1);
    system.advance('1s');
    drill.stop();
    drill.on({ from: server }, 'drop');
    ask(2);
    system.flush();

    expect(log).toEqual(['Timeout', 2]);
  });

  it('is decided by the first rule that fits, and whose chance comes up', () => {
    const { system, log, reader, drill } = scene();
    drill.on({ probability: 0 }, 'drop');
    drill.on({ topic: tick }, 'duplicate');
    drill.on({}, 'drop');
    system.send(reader, tick, 1);
    system.send(reader, 'other', 2);
    system.flush();

    expect(log).toEqual(['0 tick 1', '0 tick 1']);
  });

  it('takes as many as its probability says, the same ones for the same seed', () => {
    const run = (seed: number): unknown[] => {
      const system = testSystem();
      const log: unknown[] = [];
      const reader = system.spawn(reads(log, (m) => m.payload));
      drills(system, { seed }).on({ probability: 0.25 }, 'drop');
      for (let n = 0; n < 1_000; n++) system.send(reader, tick, n);
      system.flush();
      return log;
    };

    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    expect(run(1).length).toBeGreaterThan(700);
    expect(run(1).length).toBeLessThan(800);
  });

  it('is undone by what it returns, and costs nothing from then on', () => {
    const { system, log, reader, drill } = scene();
    const undos = [drill.on({}, 'drop'), drill.on({}, 'duplicate')];
    expect(system[kernelOf].drillHook).toBeDefined();
    for (const undo of undos) undo();
    undos[0]?.();
    system.send(reader, tick, 1);
    system.flush();

    expect([log, system[kernelOf].drillHook]).toEqual([['0 tick 1'], undefined]);
  });

  it.each<[string, Parameters<ReturnType<typeof drills>['on']>]>([
    ['a probability above 1', [{ probability: 1.1 }, 'drop']],
    ['a probability below 0', [{ probability: -1 }, 'drop']],
    ['a probability that is none', [{ probability: Number.NaN }, 'drop']],
    ['a topic that no message has', [{ topic: '@x' }, 'drop']],
    ['a delay that is none', [{}, { delay: 'soon' }]],
    ['no effect that there is', [{}, 'lose' as 'drop']],
  ])('refuses %s: Invalid, and nothing is on', (_what, args) => {
    const { system, drill } = scene();

    expect(() => drill.on(...args)).toThrow(refused('Invalid'));
    expect(system[kernelOf].drillHook).toBeUndefined();
  });

  it('is refused while another drill of the system has rules on: AlreadyExists', () => {
    const { system, drill } = scene();
    const other = drills(system);
    drill.on({}, 'drop');

    expect(() => other.on({}, 'drop')).toThrow(refused('AlreadyExists'));
    drill.stop();
    expect(() => other.on({}, 'drop')).not.toThrow();
  });
});

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
    system[kernelOf].bound.exempt.add('ws.leave');
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
    await settled();
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
