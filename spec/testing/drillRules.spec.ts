import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import {
  act,
  type Behavior,
  type ProcessError,
  reply,
  type SystemEvent,
  topic,
} from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { drills, testSystem } from '../../lib/testing/index.js';
import { collect, reads, refused } from '../support/runtime.js';
import { scene } from './scene.js';

const tick = topic<number>('tick');

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

  it.each<{ what: string; rule: object; left: string[] }>([
    { what: 'a receiver', rule: { to: '{main|0x00001}' }, left: [] },
    { what: 'a receiver by name', rule: { to: 'reader' }, left: [] },
    { what: 'a sender', rule: { from: '{main|0x00002}' }, left: ['reader tick 1'] },
    { what: 'a sender by name', rule: { from: 'sender' }, left: ['reader tick 1'] },
    { what: 'another receiver', rule: { to: 'sender' }, left: ['reader tick 1', 'reader tick 2'] },
    {
      what: 'a sender that is nobody',
      rule: { from: 'nobody' },
      left: ['reader tick 1', 'reader tick 2'],
    },
    {
      what: 'all of them',
      rule: { topic: tick, to: 'reader', from: 'sender' },
      left: ['reader tick 1'],
    },
  ])('fits by $what', ({ rule, left }) => {
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
    system[kernelOf].bound.exempt('ws.leave');
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

  it.each<{ what: string; args: Parameters<ReturnType<typeof drills>['on']> }>([
    { what: 'a probability above 1', args: [{ probability: 1.1 }, 'drop'] },
    { what: 'a probability below 0', args: [{ probability: -1 }, 'drop'] },
    { what: 'a probability that is none', args: [{ probability: Number.NaN }, 'drop'] },
    { what: 'a topic that no message has', args: [{ topic: '@x' }, 'drop'] },
    { what: 'a delay that is none', args: [{}, { delay: 'soon' }] },
    { what: 'no effect that there is', args: [{}, 'lose' as 'drop'] },
  ])('refuses $what: Invalid, and nothing is on', ({ args }) => {
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
